"""Oda publishes at the terminal: `checkin flows publish`, `diff`, `history`, `back`, `draw --live`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from checkin.assembly import build
from checkin.cli.flow_commands import app
from checkin.conversations import inbound_text
from checkin.core import schema
from checkin.core.audit_models import Audit
from checkin.core.database import make_engine
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.publishing import definitions
from checkin.publishing import service as publishing
from checkin.publishing.models import Publication
from checkin.runtime import Runtime
from tests import make
from tests.cast import ANA, BEN

QUESTION = "How are you today"
OTHER = "How was today"

Run = Callable[..., Result]


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A line of Oda's own, with a copy of the flows to change."""
    make.flows_with(tmp_path / "my-flows", "check_in", "main_menu", "leave_message")
    monkeypatch.setenv("CHECKIN_FLOWS", str(tmp_path / "my-flows"))
    return environ | {"CHECKIN_FLOWS": str(tmp_path / "my-flows")}


@pytest.fixture
def flow_file(runtime: Runtime) -> Path:
    """The check-in that Oda edits."""
    return runtime.settings.flows / "check_in.yaml"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def edit(file: Path, old: str, new: str) -> None:
    """Change the flow, and its transcripts with it."""
    for path in (file, *(file.parent / "transcripts").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert path != file or old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def asked(runtime: Runtime, who: str) -> str:
    return runtime.do(lambda uow: inbound_text.receive(uow, make.text(who, "CHECKIN"))).words()


def test_publishing_shows_what_changes_and_who_waits_there(runtime: Runtime, flow_file: Path) -> None:
    asked(runtime, ANA)
    edit(flow_file, QUESTION, OTHER)

    result = run("publish", "--yes", "--by", "Oda")

    assert result.exit_code == 0, result.output
    assert "  mood: words (en) “How are you today, from 1, very …” → “How was today, from 1, very …”" in result.output
    assert "1 person is waiting there" in result.output
    assert "1 person is in check_in now and will finish with the version they started" in result.output
    assert "Published check_in: new conversations use it within 5 seconds." in result.output
    with runtime.readers() as session:
        assert [item.by for item in definitions.history(session, "check_in")] == ["Oda", "the files"]
        assert session.scalars(select(Audit.who).where(Audit.who == "Oda")).all() == ["Oda"]


def test_the_running_line_begins_with_it(environ: dict[str, str], runtime: Runtime, flow_file: Path) -> None:
    asked(runtime, ANA)
    edit(flow_file, QUESTION, OTHER)
    assert run("publish", "check_in", "--yes").exit_code == 0

    other = build(Settings.from_env(environ))
    other.start()
    assert OTHER in asked(other, BEN)
    other.close()


def test_nothing_is_published_with_an_error_in_it(runtime: Runtime, flow_file: Path) -> None:
    edit(flow_file, "timeout: quiet, invalid: offer", "timeout: quite, invalid: offer")

    result = run("publish", "--yes")

    assert result.exit_code == 1
    assert "E103 error there's no step with the id 'quite'" in result.output
    assert result.output.endswith("1 error: nothing was published.\n")
    assert runtime.read(definitions.live)["check_in"].from_files


def test_nothing_is_published_when_a_conversation_goes_otherwise(runtime: Runtime, flow_file: Path) -> None:
    text = flow_file.read_text(encoding="utf-8")
    flow_file.write_text(text.replace(QUESTION, OTHER), encoding="utf-8")

    result = run("publish", "--yes")

    assert result.exit_code == 1
    assert "T900 error" in result.output
    assert "nothing was published" in result.output
    assert runtime.read(definitions.live)["check_in"].from_files


def test_a_flow_without_a_conversation_is_not_published(runtime: Runtime) -> None:
    new = (runtime.settings.flows / "leave_message.yaml").read_text(encoding="utf-8")
    (runtime.settings.flows / "leave_word.yaml").write_text(new.replace("flow: leave_message", "flow: leave_word"))

    result = run("publish", "--yes")

    assert result.exit_code == 1
    assert "T902 error no transcript plays 'leave_word'" in result.output


def test_nobody_to_ask_is_no_yes(runtime: Runtime, flow_file: Path) -> None:
    edit(flow_file, QUESTION, OTHER)

    result = run("publish")

    assert result.exit_code == 2
    assert "add --yes" in result.stderr
    with runtime.readers() as session:
        assert session.scalars(select(Publication).where(Publication.from_files.is_(False))).all() == []


def test_what_is_live_already_is_said_and_not_published_again(runtime: Runtime) -> None:
    result = run("publish", "--yes")

    assert (result.exit_code, result.output) == (0, "Everything in the files is already live.\n")


def test_back_history_and_diff(runtime: Runtime, flow_file: Path) -> None:
    before = runtime.read(definitions.live)["check_in"].hash
    edit(flow_file, QUESTION, OTHER)
    assert run("diff", "check_in").output.startswith("mood: words (en) “How are you today,")
    assert run("publish", "--yes", "--by", "Oda").exit_code == 0
    assert run("diff", "check_in").output == "No differences.\n"
    assert run("diff", before[:10], "check_in").output.startswith("mood: words (en) “How are you today,")

    result = run("rollback", "check_in", "--yes", "--by", "Val")

    assert result.exit_code == 0, result.output
    assert "The file is still different" in result.output
    assert runtime.read(definitions.live)["check_in"].hash == before
    _heading, newest, middle, first = run("history", "check_in").output.splitlines()
    assert newest.split("\t")[1:] == [before[:12], "live", "0", "Val", f"back to {before[:12]}"]
    assert middle.split("\t")[4:] == ["Oda", "mood: words (en) “How are you today, from 1, very …” → “How was today, from 1, very …”"]  # fmt: skip # noqa: E501
    assert first.split("\t")[4:] == ["the files", ""]


def test_what_cannot_be_gone_back_to_is_told(runtime: Runtime) -> None:
    live = runtime.read(definitions.live)["check_in"].hash

    for words, says in (
        (("rollback", "check_in"), "has only had one version"),
        (("rollback", "check_in", live[:10]), "is already the live version of check_in"),
        (("rollback", "check_in", "zzz"), "no version of check_in starts with 'zzz'"),
        (("rollback", "nowhere"), "no version of 'nowhere' was ever live: there is "),
        (("history", "nowhere"), "no version of 'nowhere' was ever live"),
        (("publish", "nowhere"), "there's no flow 'nowhere'"),
        (("diff", "nowhere"), "can't be compared"),
        (("draw", "nowhere", "--live"), "no version of 'nowhere' was ever live"),
    ):
        result = run(*words)
        assert (result.exit_code, says in result.stderr) == (2, True), result.stderr


def test_two_files_are_compared_without_any_line(tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    text = (make.FLOWS / "check_in.yaml").read_text(encoding="utf-8")
    old.write_text(text, encoding="utf-8")
    new.write_text(text.replace("sms: 20h", "sms: 24h"), encoding="utf-8")

    assert run("diff", str(old), str(new)).output == "check_in: defaults wait by text 20h → 24h\n"


def test_who_waits_and_who_left_is_in_the_drawing(runtime: Runtime) -> None:
    asked(runtime, ANA)
    asked(runtime, BEN)
    runtime.do(lambda uow: inbound_text.receive(uow, make.text(BEN, "STOP")))

    drawn = run("draw", "check_in", "--live", "--as", "dot").output

    with runtime.readers() as session:
        outcome = session.scalars(select(Conversation.outcome).where(Conversation.ended_at.is_not(None))).one()
    assert outcome is not None
    (mood,) = (line for line in drawn.splitlines() if line.startswith('  "mood" ['))
    assert "1 waiting here" in mood
    assert f"left here: 1 {outcome.replace('_', ' ')}" in mood


def test_a_line_whose_database_is_not_there_yet_starts_and_catches_up(environ: dict[str, str]) -> None:
    runtime = build(Settings.from_env(environ))
    runtime.start()
    engine = make_engine(runtime.settings.database_url)
    schema.upgrade(engine)
    engine.dispose()

    now = runtime.clock()
    make.put(runtime, clock=lambda: now + make.timedelta(seconds=10))
    assert QUESTION in asked(runtime, ANA)
    assert set(runtime.read(definitions.live)) == set(runtime.library.flows)
    runtime.close()


def test_a_talk_is_written_down_and_played_again(runtime: Runtime) -> None:
    file = runtime.settings.flows / "transcripts" / "tonight.test.yaml"

    result = CliRunner().invoke(app, ["talk", "--record", str(file)], input="CHECKIN\n5\nno\n")
    assert f"Wrote {file}." in result.stderr
    assert run("test", "-k", "tonight").output.startswith("1 played 0 failed")
    assert run("talk", "--record", str(file)).exit_code == 2, "what is there is not written over"


def test_who_waits_is_moved_on_when_oda_says_so(runtime: Runtime, flow_file: Path) -> None:
    asked(runtime, ANA)
    edit(flow_file, QUESTION, OTHER)

    result = run("publish", "--yes", "--move", "--by", "Oda")

    assert result.exit_code == 0, result.output
    assert "  1 person is moved to it\n" in result.output
    assert "1 person goes on with the new check_in." in result.output
    with runtime.readers() as session:
        live = definitions.live(session)["check_in"].hash
        assert session.scalars(select(Conversation.flow_hash)).all() == [live]


def test_who_cannot_be_moved_is_told_with_the_reason(runtime: Runtime, flow_file: Path) -> None:
    asked(runtime, ANA)
    edit(flow_file, "- id: mood\n", "- id: feeling\n")
    for talks in (flow_file.parent / "transcripts").glob("*.yaml"):
        talks.write_text(talks.read_text(encoding="utf-8").replace(": mood}", ": feeling}"), encoding="utf-8")

    result = run("publish", "--yes", "--move")

    assert "  1 person is not moved: at mood: the step is gone" in result.output
    assert "0 people go on with the new check_in." in result.output


def test_a_flow_that_something_leads_to_is_not_retired(runtime: Runtime) -> None:
    result = run("retire", "leave_message", "--yes")

    assert result.exit_code == 1
    assert "E103 error there's no flow 'leave_message'" in result.output
    assert "something leads to leave_message, so nothing was retired" in result.output


def test_a_flow_is_retired_and_comes_back(runtime: Runtime) -> None:
    new = (runtime.settings.flows / "leave_message.yaml").read_text(encoding="utf-8")
    (runtime.settings.flows / "leave_word.yaml").write_text(new.replace("flow: leave_message", "flow: leave_word"))
    tests = runtime.settings.flows / "transcripts" / "leave_message.test.yaml"
    talks = tests.read_text(encoding="utf-8").replace("flow: leave_message", "flow: leave_word")
    tests.with_name("leave_word.test.yaml").write_text(talks, encoding="utf-8")
    assert run("publish", "leave_word", "--yes").exit_code == 0

    result = run("retire", "leave_word", "--yes", "--by", "Oda")
    assert result.exit_code == 0, result.output
    assert "Retired leave_word." in result.output
    assert "leave_word" not in runtime.read(definitions.live)
    assert "retired" in run("history", "leave_word").output
    assert run("publish", "--yes").output == "Everything in the files is already live.\n"

    assert run("rollback", "leave_word", "--yes").exit_code == 0
    assert "leave_word" in runtime.read(definitions.live)


def test_conversations_of_the_console_are_played_and_give_way_to_those_of_the_files(
    runtime: Runtime, flow_file: Path
) -> None:
    def in_the_console(uow: UnitOfWork) -> None:
        flows, live = uow.library.flows, definitions.live(uow.session)
        chosen = [flows["check_in"], flows["main_menu"]]
        seen: dict[str, str | None] = {item.name: live[item.name].hash for item in chosen}
        talks = {"check_in": "tests:\n  - name: no more\n", "main_menu": "tests: ["}
        publishing.publish(uow, chosen, "Oda", {}, seen, talks)

    runtime.do(in_the_console)
    refused = run("publish", "check_in", "--yes")
    assert refused.exit_code == 1
    assert "transcripts/main_menu.test.yaml" in refused.output
    result = run("publish", "--yes")
    assert result.exit_code == 0, result.output
    assert "The test conversations of check_in were changed in the console" in result.output
    assert runtime.read(definitions.talks) == {}
