"""Does what a turn asks for: one deed, one branch. Words stay in the flows; facts are made here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from sqlalchemy import exists, or_, select

from checkin.cases import alarms
from checkin.cases import rules as case_rules
from checkin.cases import service as cases
from checkin.compliance import consent
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import unproved
from checkin.core.reply import Reply
from checkin.core.unit_of_work import Work
from checkin.followups import series, triggers
from checkin.followups import service as follow_ups
from checkin.messages import service as messages
from checkin.relays import call_budget, waiting_texts
from checkin.relays import service as relays
from checkin.relays.models import Relay
from checkin.stories import listening, recordings
from checkin.stories.tellers import submission, withdrawal
from checkin.volunteers import alerts
from checkin.volunteers.alerts import DANGER
from checkin.volunteers.models import Alert
from flows.engine import effects
from flows.engine.inputs import CaseOpened, Input, NoPeer

if TYPE_CHECKING:
    from checkin.messages.active_conversation import Talk


@dataclass(frozen=True)
class Done:
    """answer: the input that the flow goes on with (None: it waits for the world). reply: said meanwhile."""

    answer: Input | None = None
    reply: Reply | None = None


NOTHING = Done()


def do(work: Work, talk: Talk, deed: effects.Deed) -> Done:
    """Do one deed for the contact of this talk."""
    match deed:
        case effects.ConnectPeer():
            return _connect(work, talk, deed)
        case effects.ChooseStory():
            return Done(answer=listening.choose(work, deed, talk.contact, talk.conversation))
        case effects.OpenCase():
            case = cases.open_case(work, talk.contact, talk.conversation, deed)
            if deed.kind == "message":
                triggers.message_left(work, talk.contact, case)
            return Done(answer=CaseOpened(taken=False))
        case effects.SendText():
            _send_text(work, talk, deed)
        case effects.RaiseAlert():
            talk.conversation.crisis = talk.conversation.crisis or deed.kind == "crisis"
            if deed.kind != "help" or not is_looked_after(work, talk.contact):
                alarms.raise_alert(work, talk.contact, deed.kind, deed.rule, talk.conversation.id)
        case effects.Tag():
            kept = [tag for tag in talk.contact.tags if tag not in deed.remove]
            talk.contact.tags = [*kept, *(tag for tag in deed.add if tag not in kept)]
        case _:
            _keep(work, talk, deed)
    return NOTHING


_Kept = (
    effects.ScheduleFollowUp
    | effects.BeginPlan
    | effects.CancelFollowUp
    | effects.SaveAnswer
    | effects.SaveConsent
    | effects.SaveContact
    | effects.NoteListen
    | effects.SaveStory
    | effects.ForgetRecording
    | effects.OptOut
    | effects.OptIn
    | effects.PauseFollowUps
    | effects.Forget
    | effects.WithdrawStory
)


def _keep(work: Work, talk: Talk, deed: _Kept) -> None:
    """Deeds that only write down what the contact said or wants."""
    contact = talk.contact
    match deed:
        case effects.ScheduleFollowUp():
            follow_ups.schedule(work, contact, deed)
        case effects.BeginPlan():
            series.begin(work, contact, deed.plan)
        case effects.CancelFollowUp():
            follow_ups.cancel(work, contact, "canceled in the conversation", key=deed.key)
        case effects.SaveAnswer():
            contacts.keep(work, contact, deed.name, deed.value, history=deed.history)
            triggers.answered(work, talk, deed)
        case effects.SaveConsent():
            consent.said(work, talk, deed.name, given=deed.given, wording=deed.wording)
        case effects.SaveContact():
            _save_contact(work, talk, deed)
        case effects.NoteListen():
            listening.note_listen(work, deed, contact, talk.conversation)
        case effects.SaveStory():
            submission.submit(work, deed, contact, talk.conversation)
        case effects.ForgetRecording():
            recordings.forget(work, deed.recording)
        case effects.OptOut():
            consent.opt_out(work, talk, deed.wording)
        case effects.OptIn():
            consent.opt_in(work, talk, deed.wording)
        case effects.PauseFollowUps():
            contact.paused_until = work.now + deed.length
        case effects.Forget():
            consent.forget(work, talk)
        case effects.WithdrawStory():
            withdrawal.by_code(work, contact.line, deed.code)
        case _:
            assert_never(deed)


def _connect(work: Work, talk: Talk, deed: effects.ConnectPeer) -> Done:
    if call_budget.is_spent(work, talk.contact, talk.conversation):
        return Done(answer=NoPeer("busy"))
    opened = relays.open(work, talk.contact, talk.conversation, deed, language=talk.position.language)
    if isinstance(opened, NoPeer):
        said = waiting_texts.nobody_there(work, talk.contact, talk.conversation, talk.position.language)
        return Done(answer=opened, reply=Reply((said,)) if said is not None else None)
    return Done(reply=relays.hold(work, opened))


def _send_text(work: Work, talk: Talk, deed: effects.SendText) -> None:
    shown = talk.contact.shown_key is not None
    if unproved.may_be_texted_now(work, talk.contact) if shown else preferences.takes_our_texts(work, talk.contact):
        messages.send(
            work,
            line=talk.contact.line,
            contact=talk.contact,
            body=deed.text,
            kind="reply",
            conversation_id=talk.conversation.id,
        )


def _save_contact(work: Work, talk: Talk, deed: effects.SaveContact) -> None:
    match deed.field:
        case "language":
            talk.contact.language = deed.value[:10]
        case "name":
            work.vault.encrypt(talk.contact, Contact.name_encrypted, deed.value, of=talk.contact)
        case "time_zone":
            talk.contact.time_zone = deed.value[:60]
        case "hours":
            talk.contact.hours = deed.value[:11]
        case _:
            assert_never(deed.field)


def is_looked_after(work: Work, contact: Contact) -> bool:
    """Whether a peer texts or talks with them, or the leads look at signs of danger of theirs that were read within the
    hour: HELP alarms nobody then. Danger always does."""
    joined = exists().where(Relay.contact_id == contact.id, Relay.state == "joined")
    told = exists().where(
        Alert.line == contact.line, Alert.kind == DANGER, Alert.about == alerts.about(contact, DANGER),
        Alert.closed_at.is_(None), Alert.last_at > work.now - case_rules.AGAIN_AFTER,
    )  # fmt: skip
    return bool(work.session.scalar(select(or_(joined, told))))
