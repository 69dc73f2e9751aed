"""My numbers and my data: seen, taken away, changed, and erased when somebody leaves."""

from __future__ import annotations

import json

from checkin.accounts import page_sessions
from checkin.core.audit_models import Audit
from checkin.volunteers.models import Volunteer
from tests import make
from tests.cast import ANA, VEE
from tests.console.browser import Browser
from tests.console.volunteers.conftest import row
from tests.console.volunteers.test_talks import TALK, taken
from tests.the_line import TheLine

PAGE = "/volunteer/me/"
KEPT = {"name": "Vee", "languages": ["en"], "channels": ["voice", "text"], "topics": ""}


def test_talks_and_minutes_of_this_month(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    line.clock.forward(minutes=12)
    vee.sends(f"{TALK}/done")
    shown = vee.opens(PAGE).words
    assert "1 conversation 12 minutes 0 messages answered" in shown
    assert "0 calls , 1 by text" in shown.replace("calls,", "calls ,")


def test_the_month_before_is_told_beside(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    line.clock.forward(minutes=12)
    vee.sends(f"{TALK}/done")
    line.clock.forward(days=31)
    vee.hold(line.runtime.do(lambda uow: page_sessions.begin(uow, row(line, VEE))))
    shown = vee.opens(PAGE).words
    assert "0 conversations 0 minutes" in shown
    assert "Last month: 1 conversations, 12 minutes." in shown


def test_the_file_holds_what_is_theirs_and_nothing_of_contacts(line: TheLine, vee: Browser) -> None:
    taken(line, vee, "words of Ana")
    vee.sends(f"{TALK}/done")
    vee.sends("/volunteer/care", how="tough")
    answer = vee.sends(f"{PAGE}file")
    assert answer.response.headers["Content-Disposition"].startswith("attachment")
    told = json.loads(answer.html)
    assert told["name"] == "Vee"
    assert [talk["afterwards"] for talk in told["talks"]] == ["tough"]
    for theirs in ("words of Ana", line.contact(ANA).alias, line.contact(ANA).id, ANA[2:], VEE[2:]):
        assert theirs not in answer.html
    said = line.runtime.read(lambda session: [item.what for item in session.query(Audit)])
    assert "downloaded their data" in said


def test_name_languages_channels_and_topics_are_changed(line: TheLine, vee: Browser) -> None:
    shown = vee.sends(
        f"{PAGE}change", name="Vivi", languages=["en", "es"], channels=["text"], topics="family, new here"
    )
    assert "Saved." in shown.words
    volunteer = row(line, VEE)
    assert (volunteer.languages, volunteer.channels, volunteer.topics) == (
        ["en", "es"],
        ["text"],
        ["family", "new_here"],
    )
    assert "Vivi" in vee.opens("/volunteer/").words
    assert volunteer.always, "what was agreed with an organizer stays"


def test_what_cannot_be_is_refused_and_nothing_changes(line: TheLine, vee: Browser) -> None:
    for wrong in ({"languages": []}, {"languages": ["xx"]}, {"channels": ["fax"]}, {"name": ""}, {"topics": "!!"}):
        shown = vee.sends(f"{PAGE}change", **{**KEPT, **wrong})
        assert shown.status == 422, wrong
    assert row(line, VEE).languages == ["en"]
    assert "Vee" in vee.opens("/volunteer/").words


def test_nobody_leaves_by_a_slip_of_the_thumb(line: TheLine, vee: Browser) -> None:
    assert vee.sends(f"{PAGE}leave", word="").status == 422
    assert row(line, VEE).state == "active"


def test_who_leaves_is_erased_and_signed_out(line: TheLine, vee: Browser) -> None:
    token = vee.token
    vee_id = row(line, VEE).id
    assert "You've left" in vee.sends(f"{PAGE}leave", word="Leave").words
    found = line.runtime.do(lambda uow: uow.session.get_one(Volunteer, vee_id))
    assert found.state == "removed"
    assert (
        make.decrypted(line.runtime, found, "name_encrypted")
        == make.decrypted(line.runtime, found, "number_encrypted")
        == ""
    )
    assert token
    vee.hold(token)
    assert "For volunteers" in vee.opens("/volunteer/").words
    assert line.answers(VEE, "ON") != "", "they are a contact like everyone now"


def test_nobody_leaves_in_the_middle_of_a_talk(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    shown = vee.sends(f"{PAGE}leave", word="leave")
    assert shown.status == 422
    assert "is in a conversation" in shown.words
