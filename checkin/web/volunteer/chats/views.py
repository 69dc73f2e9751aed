"""One talk: its texts as they come, saying something, help, passing it on, and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from checkin.cases import rules as case_rules
from checkin.cases import service as cases
from checkin.core.errors import UserError
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.relays import leads
from checkin.relays import text_ending as ending
from checkin.relays.queries import TextThread
from checkin.telephony.addresses import signed_picture
from checkin.volunteers.models import Volunteer
from checkin.web.context import Here
from checkin.web.registry import Pages, Said
from checkin.web.volunteer.current_volunteer import DOOR, do, look, there
from checkin.web.volunteer.services import forms, talking

pages = Pages("volunteer_talks", "/volunteer/talks", door=DOOR)

TODAY = "volunteer_today.today"
Deed = Callable[[Work, Volunteer, TextThread], str]


@pages.page("/<int:number>", right="volunteering")
def talk(here: Here, number: int) -> str:
    """The talk. When it has ended only that is said, and what was not sent any more stands there to be copied."""

    def read(work: Work, one: Volunteer) -> dict[str, Any]:
        found = there(talking.talk(work, one, number))
        replies = [] if found.over else cases.written_answers(work, found.contact)
        form = here.field("form") if here.mistake else work.new_id()
        danger = case_rules.in_danger(found.contact.crisis_at, work.now)
        return {"found": found, "canned": replies, "form": form, "danger": danger, **_pictures(work, here, found)}

    return here.page("volunteer/chats/talk.html", sent=here.request.args.get("sent", "")[:64], **look(here, read))


@pages.page("/<int:number>/live", right="volunteering", live=True)
def live(here: Here, number: int) -> Said:
    """Its texts alone; once it has ended, the page is to be loaded anew."""

    def read(work: Work, one: Volunteer) -> dict[str, Any]:
        found = there(talking.talk(work, one, number))
        return {"found": found, **_pictures(work, here, found)}

    shown = look(here, read)
    if shown["found"].over:
        return here.to("volunteer_talks.talk", number=number)
    return here.page("volunteer/chats/thread.html", **shown)


@pages.write("/<int:number>/say", right="volunteering", shows=talk)
def say(here: Here, number: int) -> Response:
    """Pass words on, once."""
    form = here.field("form")

    def act(work: Work, one: Volunteer) -> bool:
        at = talking.thread(work, one, number)
        if at is None:
            there(talking.talk(work, one, number))
            raise UserError(_("This talk has ended: what you wrote was not sent."))
        return talking.write(work, one, at, here.request.form.get("words", ""), form)

    held = do(here, act)
    said = _("A phone number was taken out of what you sent: numbers never cross the line.") if held else None
    return here.to("volunteer_talks.talk", said, number=number, sent=form, _anchor="write")


@pages.write("/<int:number>/lead", right="volunteering", shows=talk)
def lead(here: Here, number: int) -> Response:
    """LEAD: somebody joins the two of them."""

    def act(work: Work, one: Volunteer, at: TextThread) -> str:
        if not forms.first(work, one.id, here.field("form"), "ask a lead"):
            return _("A lead has been asked to join.")
        return leads.ask_for_one(work, one, at.relay, at.contact)

    return here.to("volunteer_talks.talk", _in(here, number, act), number=number)


@pages.write("/<int:number>/done", right="volunteering")
def done(here: Here, number: int) -> Response:
    """DONE: it is over, and they are told; whoever joined as a lead only leaves."""
    _in(here, number, ending.done)
    return here.to(TODAY, _("Thank you. They have been told."))


@pages.write("/<int:number>/pass", right="volunteering")
def hand_on(here: Here, number: int) -> Response:
    """PASS: others are asked."""
    _in(here, number, ending.hand_on)
    return here.to(TODAY, _("Handed on. Thank you for telling us."))


@pages.write("/<int:number>/block", right="volunteering")
def block(here: Here, number: int) -> Response:
    """BLOCK: handed on, and never with them again."""
    said = _in(here, number, ending.block)
    return here.to(TODAY, said)


@pages.write("/<int:number>/join", right="volunteering")
def join(here: Here, number: int) -> Response:
    """A lead joins a talk whose volunteer asked for one."""

    def act(work: Work, one: Volunteer) -> bool:
        if not one.lead:
            here.not_there()
        said = leads.join_by_text(work, one, number)
        if talking.thread(work, one, number) is None:
            raise UserError(said)
        return True

    do(here, act)
    return here.to("volunteer_talks.talk", number=number)


def _in(here: Here, number: int, deed: Deed) -> str:
    """Do this in a talk that they are in; saying it again, when it has ended, does nothing more."""

    def act(work: Work, one: Volunteer) -> str:
        at = talking.thread(work, one, number)
        if at is None:
            there(talking.talk(work, one, number))
            return _("This talk has ended.")
        return deed(work, one, at)

    return do(here, act)


def _pictures(work: Work, here: Here, found: talking.Talk) -> dict[str, Any]:
    """Their pictures, by addresses that open for as long as the line's settings say; none where it passes none on."""
    policy = work.policy(found.relay.line)
    until = here.now + policy.picture_link
    shown = [one for bubble in found.bubbles for one in bubble.pictures] if policy.pictures else []
    return {"pictures": {one: signed_picture(work.vault.keys, one, until) for one in shown}}
