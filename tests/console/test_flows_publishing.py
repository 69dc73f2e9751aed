"""Better words go live, whoever waits moves on if that is wanted, and what was comes back."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.core.audit_models import Audit
from checkin.messages.models import Conversation
from checkin.publishing import definitions
from checkin.publishing.live_flows import LOOK_EVERY
from tests.cast import ANA
from tests.console.browser import Browser
from tests.console.flow_pages import (
    FLOW,
    TOLD,
    area,
    goes_live,
    has_few_conversations,
    kept,
    live,
    looked_at,
    mends,
    writes,
)
from tests.services.test_publishing import CHECK_IN, OFFER, OTHER, publishes, version
from tests.the_line import TheLine


@pytest.fixture(autouse=True)
def _the_line_runs(line: TheLine, tmp_path: Path) -> None:
    has_few_conversations(line, tmp_path / "flows")
    line.runtime.start()


def test_better_words_go_live_with_a_note_of_what_changed(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "CHECKIN")
    before = live(line)
    writes(oda, TOLD)
    shown = oda.opens(f"{FLOW}/publish").words
    assert OTHER in shown
    assert "1 person is using an older version" in shown
    refused = goes_live(oda)
    assert refused.status == 422
    assert "Not published" in refused.words
    assert "conversations of check_in, line" in refused.words
    assert live(line) == before
    mends(oda)
    assert "It's live" in goes_live(oda).words
    assert live(line) == version().hash
    assert OFFER in line.answers(ANA, "1"), "she goes on with the words that she began with"
    assert kept(line) == TOLD, "with its comments"
    assert "Everything here is already live" in oda.opens(f"{FLOW}/publish").words
    assert OTHER in oda.opens(f"{FLOW}/history").words


def test_those_who_wait_are_moved_on_if_that_is_wanted(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "CHECKIN")
    writes(oda, TOLD)
    mends(oda)
    assert "Moved to it: 1" in goes_live(oda, move="1").words
    row = line.runtime.read(lambda session: session.scalars(select(Conversation)).one())
    assert row.flow_hash == version().hash
    assert OTHER in line.answers(ANA, "1")


def test_what_somebody_else_published_meanwhile_is_not_published_over(line: TheLine, oda: Browser) -> None:
    writes(oda, TOLD)
    page = oda.opens(f"{FLOW}/publish")
    publishes(line, version("Something else?"), "Val")
    there = live(line)
    shown = oda.sends(f"{FLOW}/publish", **looked_at(page))
    assert shown.status == 422
    assert "someone else just published" in shown.words.lower()
    assert live(line) == there
    assert "A newer version was published since" in oda.opens(f"{FLOW}/edit").words


def test_what_somebody_else_wrote_meanwhile_is_not_published_unseen(line: TheLine, oda: Browser) -> None:
    writes(oda, TOLD)
    page = oda.opens(f"{FLOW}/publish")
    writes(oda, TOLD.replace(OTHER, "Unseen words?"), revision=1)
    shown = oda.sends(f"{FLOW}/publish", **looked_at(page))
    assert "someone else has changed the draft" in shown.words.lower()
    assert live(line) != version("Unseen words?").hash


def test_an_older_version_comes_back(line: TheLine, oda: Browser) -> None:
    before = live(line)
    writes(oda, TOLD)
    mends(oda)
    goes_live(oda)
    page = oda.opens(f"{FLOW}/history/{before}")
    assert OFFER in page.words
    said = oda.sends(f"{FLOW}/history/{before}/back", seen=page.form_field("seen")).words
    assert "is live again" in said
    assert live(line) == before
    assert area(oda.opens(f"{FLOW}/edit")) == CHECK_IN, "the draft had nothing of its own"
    assert oda.sends(f"{FLOW}/history/{before}/back", seen=before).status == 422
    assert oda.asks(f"{FLOW}/history/nothing").status == 404


def test_a_new_flow_from_a_few_lines(line: TheLine, oda: Browser) -> None:
    for name in ("check_in", "new", "live", "A flow", ""):
        assert oda.sends("/console/flows/new", name=name).status == 422
    shown = oda.sends("/console/flows/new", name="after_the_storm")
    assert "No errors." in shown.words
    assert "not live yet" in oda.opens("/console/flows/").words
    assert oda.opens("/console/flows/after_the_storm").status == 200
    page = oda.opens("/console/flows/after_the_storm/publish")
    assert "It's a new flow." in page.words
    assert "no transcript plays" in oda.sends("/console/flows/after_the_storm/publish", **looked_at(page)).words
    tried = oda.opens("/console/flows/after_the_storm/try")
    talk = {name: tried.form_field(name) for name in ("channel", "spoken", "at")}
    tried = oda.sends("/console/flows/after_the_storm/try", words="yes", moves="[]", **talk)
    added = oda.sends("/console/flows/after_the_storm/tests/add", talk=unescape(tried.form_field("talk")))
    assert "All test conversations passed." in added.words
    oda.sends("/console/flows/after_the_storm/tests/edit", source=area(added), revision=0)
    page = oda.opens("/console/flows/after_the_storm/publish")
    assert oda.sends("/console/flows/after_the_storm/publish", **looked_at(page)).status == 200
    assert "after_the_storm" in line.runtime.read(definitions.live)


def test_a_flow_that_something_leads_to_cannot_be_retired(line: TheLine, oda: Browser) -> None:
    shown = oda.sends(f"{FLOW}/retire", seen=live(line))
    assert shown.status == 422
    assert "there's no flow 'check_in'" in shown.words


def test_every_change_is_written_down(line: TheLine, oda: Browser) -> None:
    writes(oda, TOLD)
    mends(oda)
    goes_live(oda)
    assert oda.who

    def find(session: Session) -> list[str]:
        rows = session.scalars(select(Audit).where(Audit.about == "check_in").order_by(Audit.id))
        return [row.what for row in rows if oda.who and row.who == f"organizer {oda.who.id}"]

    assert line.runtime.read(find) == ["changed a draft", "changed test conversations", "published a flow"]


def test_one_changed_sentence_is_taken_over_with_one_click(line: TheLine, oda: Browser) -> None:
    writes(oda, TOLD)
    shown = goes_live(oda)
    assert "still have the old words" in shown.words
    assert OFFER in shown.words
    assert OTHER in shown.words
    done = oda.sends(f"{FLOW}/publish/words", words=shown.form_field("words"))
    assert "have the new words" in done.words
    assert live(line) != version().hash, "nothing is live before she says so"
    assert "It's live" in goes_live(oda).words
    assert live(line) == version().hash
    line.clock.forward(seconds=LOOK_EVERY.seconds)
    assert OTHER in line.answers(ANA, "CHECKIN") + line.answers(ANA, "1")


def test_words_that_changed_since_are_not_taken_over_unseen(line: TheLine, oda: Browser) -> None:
    writes(oda, TOLD)
    shown = goes_live(oda)
    writes(oda, TOLD.replace(OTHER, "Unseen words?"), revision=1)
    refused = oda.sends(f"{FLOW}/publish/words", words=shown.form_field("words"))
    assert refused.status == 422
    assert "have changed since" in refused.words
