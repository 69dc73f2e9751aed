"""Oda writes a conversation down; it is played against the flows, and every difference is named at its line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.checks.ways import ways
from flows.library import Library
from flows.loading import build, load
from flows.transcripts.coverage import failures, play, untested
from flows.transcripts.files import parse_transcripts, read_transcripts
from flows.transcripts.runner import Result, run
from tests.core.seeded import SHIPPED, files

SHIPPED_TESTS, BAD_FILES = read_transcripts(SHIPPED)


@pytest.fixture(scope="module")
def shipped() -> Library:
    return load(SHIPPED)


@pytest.fixture(scope="module")
def small() -> Library:
    library, findings = build(files())
    assert library is not None, findings
    return library


def played(library: Library, talk: str, *, head: str = "flow: care", expect: str = "{}") -> list[str]:
    """The problems of one transcript, each with the line of its talk."""
    lines = "\n".join(f"      - {line}" for line in talk.strip().splitlines())
    text = f"tests:\n  - name: it\n    {head}\n    talk:\n{lines}\n    expect: {expect}\n"
    placed, findings = parse_transcripts(text, "it.test.yaml")
    assert findings == []
    return [f"{problem.line}: {problem.text}" for problem in run(library, placed[0].transcript).problems]


def test_the_shipped_transcripts_can_be_read() -> None:
    assert BAD_FILES == []
    assert len(SHIPPED_TESTS) > 100


def test_the_shipped_flows_do_as_their_transcripts_say(shipped: Library) -> None:
    """And each way through them is tested."""
    played = list(play(shipped, SHIPPED_TESTS))
    channels = sum(len(placed.transcript.channel) for placed in SHIPPED_TESTS)

    assert len(played) == channels
    assert [str(finding) for placed, result in played for finding in failures(placed, result)] == []
    assert [str(finding) for finding in untested(shipped, SHIPPED_TESTS, [result for _, result in played])] == []


def test_wrong_words_are_named_at_their_line(small: Library) -> None:
    problems = played(small, 'us: {has: "from 1 to 5"}\nthem: "4"\nus: {has: "Good morning"}')

    assert len(problems) == 1
    assert problems[0].startswith("3: we said 'What next?")


def test_words_that_nobody_mentioned_are_a_fault(small: Library) -> None:
    problems = played(small, 'us: {has: "from 1 to 5"}\nthem: "4"\nthem: "2"\nus: {has: "Say it"}')

    assert [problem[:20] for problem in problems] == ["3: we also said: 'Wh"]


def test_exact_words_must_be_all_of_them(small: Library) -> None:
    assert played(small, 'us: "How are you, from 1 to 5?"') != []
    assert played(small, 'us: "Hi, this is Harbor Line. STOP ends these texts.\\nHow are you, from 1 to 5?"') == []


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ("{ended: done}", "it hasn't ended: it waits at 'menu'"),
        ("{open: offer}", "it waits at 'menu', not 'offer'"),
        ("{vars: {mood: 5}}", "mood is 4, not 5"),
        ("{tags: [low_mood]}", "the tags are none, not low_mood"),
        ("{consent: {check_ins: true}}", "the consent check_ins is not given"),
        ("{language: es}", "the language is en, not es"),
        ("{follow_ups: [{flow: care}]}", "planned follow-ups: none"),
        ("{handover: {priority: urgent}}", "what came before the team: none"),
        ("{alerts: [crisis]}", "alerts: none, not crisis"),
        ("{segments: {max: 1}}", "our texts take 2 segments, more than 1"),
        ("{stories: [private]}", "stories handed in: none, not private"),
    ],
)
def test_the_end_is_compared_with_what_was_expected(small: Library, expect: str, problem: str) -> None:
    talk = 'us: {has: "from 1 to 5"}\nthem: "4"\nus: {has: "What next?"}'

    assert played(small, talk, expect=expect) == [f"0: {problem}"]


def test_a_volunteer_who_is_not_asked_cannot_join(small: Library) -> None:
    problems = played(small, 'us: {has: "from 1"}\npeer: Vee joins')

    assert problems == ["2: Vee isn't one of the peers in this conversation"]


def test_the_clock_moves_on_and_what_is_due_happens(small: Library) -> None:
    talk = 'us: {has: "from 1"}\nthem: "4"\nus: {has: "What next?"}\nwait: 3h\nus: {nothing: true}'

    assert played(small, talk, expect="{ended: no_reply}") == []


def test_a_follow_up_comes_when_its_time_has_come_and_not_without_its_consent(small: Library) -> None:
    to_the_end = """
us: {has: "from 1"}
them: "4"
us: {has: "What next?"}
them: "1"
us: {has: "Say it"}
them: "done"
us: {has: "Take care."}
wait: 73h
"""
    agreed = "flow: care\n    contact: {consent: [check_ins]}"

    assert played(small, f'{to_the_end}us: {{has: "How are you"}}', head=agreed) == []
    assert played(small, f"{to_the_end}us: {{nothing: true}}") == []


def test_the_position_survives_being_written_down_between_turns(small: Library) -> None:
    """As between two texts, perhaps in another process: nothing but JSON is carried over."""
    from flows.transcripts.format import TranscriptContact
    from flows.transcripts.world import World

    world = World(small, "sms", datetime(2026, 3, 2, 17, tzinfo=UTC), "default", TranscriptContact())
    world.begin("care")

    assert world.position is not None
    assert world.position == type(world.position).from_json(world.position.to_json())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("tests: []", "tests:"),
        ("tests:\n  - name: a\n    talk: []\n", "talk:"),
        ("tests:\n  - name: a\n    talk: [{us: hi, them: ho}]\n", "exactly one of"),
        ("tests:\n  - name: a\n    talk: [{peer: Vee dances}]\n", "write a name and one of"),
        ("tests:\n  - name: a\n    at: 2026-03-02T10:00:00\n    talk: [{us: hi}]\n", "with its offset"),
        ("tests:\n  - name: a\n    takl: [{us: hi}]\n", "isn't known here"),
        ("tests: [", "can't be read"),
    ],
)
def test_a_transcript_that_is_none_is_told_what_is_wrong(written: str, said: str) -> None:
    placed, findings = parse_transcripts(written, "a.test.yaml")

    assert placed == []
    assert any(said in finding.text for finding in findings), findings


def test_untested_ways_are_warned_of_and_untested_flows_are_errors(small: Library) -> None:
    placed, _ = parse_transcripts(
        'tests:\n  - name: a\n    flow: care\n    talk: [{us: {has: "from 1"}}, {them: "4"}, {us: {has: What}}]\n',
        "a.test.yaml",
    )
    results: list[Result] = [result for _, result in play(small, placed)]

    found = list(untested(small, placed, results))

    assert [finding.text for finding in found if finding.code == "T902"] == ["no transcript plays 'other'"]
    never = {finding.text for finding in found if finding.code == "T901"}
    assert "mood → timeout is never tested" in never
    assert "which → low is never tested" in never
    assert "which → menu is never tested" not in never
    assert len(never) < len(ways(small))
