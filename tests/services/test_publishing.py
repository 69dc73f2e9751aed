"""Oda publishes other words while people are talking to the line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.contacts.models import Contact
from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.publishing import definitions, flow_counts
from checkin.publishing import service as publishing
from checkin.publishing.flow_counts import EndedCount, WaitingCount
from checkin.publishing.live_flows import LOOK_EVERY
from checkin.publishing.models import Definition, Publication
from flows.library import Library
from flows.loading import build
from flows.model.flow import Flow
from flows.parsing import parse_flow
from tests import make
from tests.cast import ANA, BEN, LINE, REX
from tests.make import FLOWS
from tests.the_line import TheLine

OFFER = "Would you like to talk with a peer now?"
OTHER = "Shall we look for a peer?"
CHECK_IN = (FLOWS / "check_in.yaml").read_text(encoding="utf-8")


def version(words: str = OTHER) -> Flow:
    """The check-in with other words for its offer."""
    flow, findings = parse_flow(CHECK_IN.replace(OFFER, words), "check_in.yaml")
    assert flow is not None, findings
    return flow


def publishes(line: TheLine, flow: Flow, by: str = "Oda") -> None:
    def use_case(uow: UnitOfWork) -> None:
        live = definitions.live(uow.session)
        seen = live[flow.name].hash if flow.name in live else None
        publishing.publish(uow, [flow], by, {flow.name: "other words"}, {flow.name: seen})

    line.runtime.do(use_case)


def live(line: TheLine) -> dict[str, str]:
    return {name: item.hash for name, item in line.runtime.read(definitions.live).items()}


def test_a_fresh_line_runs_what_its_files_say_and_keeps_it(line: TheLine) -> None:
    line.runtime.start()

    flows = make.library().flows
    assert live(line) == {name: flow.hash for name, flow in flows.items()}
    for flow in flows.values():
        kept = line.runtime.read(lambda session, h=flow.hash: definitions.flow_of(session, h))
        assert kept is not None
        assert (kept.hash, kept.definition) == (flow.hash, flow.definition)


def test_a_second_process_changes_nothing(line: TheLine) -> None:
    line.runtime.start()
    before = line.runtime.read(definitions.mark)

    deployed(line)

    assert line.runtime.read(definitions.mark) == before


def test_until_somebody_publishes_the_files_are_followed_and_then_no_more(line: TheLine) -> None:
    line.runtime.start()
    edited, again = version(), version("A peer, then?")

    assert line.runtime.do(lambda uow: publishing.follow_files(uow, [edited])) == [edited]
    publishes(line, again)
    assert line.runtime.do(lambda uow: publishing.follow_files(uow, [edited])) == []
    assert live(line)["check_in"] == again.hash


def deployed(line: TheLine, library: Library | None = None) -> TheLine:
    """The same line after a restart, perhaps with other files."""
    runtime = make.make_runtime(
        line.runtime.sessions.kw["bind"], line.runtime.settings.state, line.network, line.clock
    )  # fmt: skip
    runtime.flows.library = library or runtime.library
    runtime.start()
    return TheLine(runtime, line.network, line.clock)


def test_who_is_in_the_middle_goes_on_with_the_words_that_they_began_with(line: TheLine) -> None:
    line.runtime.start()
    line.answers(ANA, "CHECKIN")

    publishes(line, version())
    line.clock.forward(seconds=LOOK_EVERY.total_seconds())
    line.answers(BEN, "CHECKIN")

    assert OTHER in line.answers(BEN, "1")
    assert OFFER in line.answers(ANA, "1")


def test_also_after_a_deploy_that_brought_other_files(line: TheLine) -> None:
    line.runtime.start()
    line.answers(ANA, "CHECKIN")
    publishes(line, version())
    files = {file.name: file.read_text(encoding="utf-8") for file in FLOWS.glob("*.yaml")}
    library, findings = build({**files, "check_in.yaml": CHECK_IN.replace(OFFER, "Well?")})
    assert library is not None, findings

    after = deployed(line, library.with_number("default", LINE))
    after.answers(BEN, "CHECKIN")

    assert OFFER in after.answers(ANA, "1")
    assert OTHER in after.answers(BEN, "1"), "the files are no longer the source once somebody published"


def test_a_process_looks_every_few_seconds_and_asks_nothing_in_between(line: TheLine, statements: list[str]) -> None:
    line.runtime.start()
    publishes(line, version())
    statements.clear()

    line.answers(BEN, "CHECKIN")
    assert OFFER in line.answers(BEN, "1"), "it has not looked again yet"
    assert not any("publications" in statement or "definitions" in statement for statement in statements)

    line.clock.forward(seconds=LOOK_EVERY.total_seconds())
    line.answers(ANA, "CHECKIN")
    line.answers(ANA, "1")
    assert sum("publications" in statement for statement in statements) == 2, "a look, and what it found"

    statements.clear()
    line.clock.forward(seconds=LOOK_EVERY.total_seconds())
    line.answers(ANA, "no")
    assert sum("publications" in statement for statement in statements) == 1
    assert not any("definitions" in statement for statement in statements)


def test_a_clock_that_is_put_back_does_not_stop_a_process_from_looking(line: TheLine) -> None:
    line.runtime.start()
    publishes(line, version())
    line.clock.forward(hours=-1)
    line.answers(ANA, "CHECKIN")

    assert OTHER in line.answers(ANA, "1")


def test_the_words_above_every_flow_belong_to_no_version(line: TheLine) -> None:
    """Ana began yesterday; the lines and words that a process has today count for her all the same."""
    line.runtime.start()
    line.answers(ANA, "CHECKIN")
    library = line.runtime.library
    english = library.words["en"]
    heard = english.model_copy(update={"global_words": {**english.global_words, "stop": ("red light",)}})
    line.answers(ANA, "red light")
    assert line.contact(ANA).opted_out_at is None

    after = deployed(line, replace(library, words={**library.words, "en": heard}))
    after.answers(ANA, "red light")

    assert after.contact(ANA).opted_out_at is not None


def test_every_publication_is_written_down(line: TheLine) -> None:
    line.runtime.start()
    before = live(line)["check_in"]
    publishes(line, version())

    with line.runtime.readers() as session:
        audit = session.scalars(select(Audit).where(Audit.about == "check_in", Audit.who == "Oda")).one()
        history = definitions.history(session, "check_in")
    assert (audit.what, audit.before, audit.after) == ("published a flow", before, version().hash)
    assert [(item.hash, item.by, item.note, item.from_files) for item in history] == [
        (version().hash, "Oda", "other words", False),
        (before, "the files", None, True),
    ]


def test_of_two_who_publish_at_once_the_second_looks_again(line: TheLine) -> None:
    line.runtime.start()
    seen = live(line)["check_in"]
    publishes(line, version())
    other = version("A peer, then?")

    with pytest.raises(UserError, match="someone else just published check_in"):
        line.runtime.do(lambda uow: publishing.publish(uow, [other], "Val", {}, {"check_in": seen}))
    assert live(line)["check_in"] == version().hash
    with line.runtime.readers() as session:
        assert session.get(Definition, other.hash) is None, "nothing changed"


def test_going_back_is_publishing_the_older_one_again(line: TheLine) -> None:
    line.runtime.start()
    first = live(line)["check_in"]
    publishes(line, version())
    older = line.runtime.do(lambda uow: publishing.version(uow, first[:8], "check_in"))
    publishes(line, older)
    line.clock.forward(minutes=1)

    line.answers(ANA, "CHECKIN")
    assert OFFER in line.answers(ANA, "1")
    with line.runtime.readers() as session:
        assert len(definitions.history(session, "check_in")) == 3
        assert session.scalar(select(func.count()).select_from(Publication).where(Publication.flow == "check_in")) == 3


@pytest.mark.parametrize(("start", "says"), [("", "versions"), ("zzzz", "no version")])
def test_a_hash_that_is_none_or_several_is_told(line: TheLine, start: str, says: str) -> None:
    line.runtime.start()

    with pytest.raises(UserError, match=says):
        line.runtime.do(lambda uow: publishing.version(uow, start))


def test_who_waits_where_is_counted_by_version_and_step(line: TheLine) -> None:
    line.runtime.start()
    for phone in (ANA, BEN):
        line.answers(phone, "CHECKIN")
    publishes(line, version())
    line.clock.forward(minutes=1)
    line.answers(REX, "CHECKIN")

    first, second = make.library().flows["check_in"].hash, version().hash
    counted = line.runtime.read(lambda session: flow_counts.waiting(session, "check_in"))
    assert {(item.hash, item.step): item.people for item in counted} == {(first, "mood"): 2, (second, "mood"): 1}
    assert all(isinstance(item, WaitingCount) for item in counted)


def test_where_people_left_is_where_they_were_waited_for_last(line: TheLine) -> None:
    line.runtime.start()
    line.answers(ANA, "CHECKIN")
    line.answers(ANA, "STOP")
    ben = line.rings(BEN)
    ben.hangs_up()

    def find(session: Session) -> list[EndedCount]:
        return [*flow_counts.ended(session, "check_in"), *flow_counts.ended(session, "main_menu")]

    assert [(item.flow, item.step, item.conversations) for item in line.runtime.read(find)] == [
        ("check_in", "mood", 1),
        ("main_menu", "menu", 1),
    ]


def test_ten_thousand_who_wait_in_fifty_versions_cost_no_query_of_their_own(
    line: TheLine, statements: list[str]
) -> None:
    """Fifty versions stand for them all: what a version costs is paid once in a process, whoever is in it."""
    line.runtime.start()
    versions = [version(f"A peer, number {number}?") for number in range(50)]
    line.answers(ANA, "CHECKIN")
    line.runtime.do(lambda uow: publishing.store(uow, versions, "Oda"))
    line.answers(ANA, "1")
    after = deployed(line)
    begun = after.runtime.do(lambda uow: uow.session.scalars(select(Conversation)).one())
    hash_, position = begun.flow_hash, make.decrypted(after.runtime, begun, "position_encrypted")

    def stands_in(version: Flow) -> None:
        """Ana's conversation as if it had begun with this version."""

        def use_case(uow: UnitOfWork) -> None:
            row = uow.session.scalars(select(Conversation)).one()
            ana = uow.session.get_one(Contact, row.contact_id)
            moved = position.replace(hash_, version.hash)
            uow.vault.encrypt(row, Conversation.position_encrypted, moved, of=ana)

        after.runtime.do(use_case)

    def costs(flow: Flow) -> int:
        stands_in(flow)
        statements.clear()
        after.answers(ANA, "1")
        return len(statements)

    usual = [costs(versions[0]) for _ in range(3)][-1]
    assert max(map(costs, versions)) <= usual + 1, "the first time in a process it is read"
    assert max(map(costs, versions)) <= usual
