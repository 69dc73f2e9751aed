"""Oda changes the words on a Sunday night. Every mistake she can make is found before Ana or Ben meets it."""

from __future__ import annotations

import pytest

from flows.checks.checker import about_flows, check
from flows.loading import build
from flows.model.findings import Finding
from tests.core.seeded import CARE, LINES, OTHER, SHIPPED, files, found, line_of, with_mistake

UserError = tuple[str, str, str, str]

READING: list[UserError] = [
    ("Y001", "  - id: low\n", "\t- id: low\n", "\t- id: low"),
    ("Y001", "    number: {min: 1, max: 5}\n", "    number: {min: 1, max: 5\n", "    save: mood"),
    ("Y001", "    save: mood\n", "    save: mood\n    save: topic\n", "    save: topic\n    then: {timeout"),
    ("E101", "    peer: {language: contact}", "    pear: {language: contact}", "  - id: peer"),
    ("E101", "  - id: bye\n", "  - id: bye\n    goto: plan\n", "  - id: bye"),
    ("E101", "    number: {min: 1, max: 5}\n", "    number: {min: 1, max: 5}\n    yes_no: true\n", "  - id: mood"),
    ("E101", "in: 3d, key: care", "in: 3 days, key: care", "    follow_up:"),
    ("E101", "    inbox: coordinators\n", "    inbocks: coordinators\n", "    inbocks"),
    ("E102", "  - id: bye\n", "  - id: menu\n", "  - id: menu\n    say"),
    ("E103", "invalid: menu, hung_up: quiet}\n  - id: which", "invalid: nowhere, hung_up: quiet}\n  - id: which",
     "    then: {timeout: quiet, invalid: nowhere"),
    ("E103", "{flow: care, in", "{flow: caer, in", "    follow_up:"),
    ("E204", "then: {timeout: quiet, invalid: menu, hung_up: quiet}", "then: {invalid: menu, hung_up: quiet}",
     "  - id: mood"),
    ("E204", "then: {timeout: quiet, invalid: menu, hung_up: quiet}", "then: {timeout: quiet, invalid: menu}",
     "  - id: mood"),
    ("E204", "no_answer: leave, busy", "busy", "  - id: peer"),
    ("E205", "connected: bye, no_answer", "conected: bye, connected: bye, no_answer", "    then: {conected"),
    ("X601", "{{ org.name }}. STOP ends", "{{ org.name . STOP ends", "      en: \"Hi"),
    ("X601", 'if: "mood <= 2"', 'if: "mood <=> 2"', "      - {if"),
    ("X601", "Take care.", "{% for x in y %}{% endfor %}", "    say: {en: \"{% for"),
]  # fmt: skip

RULES: list[UserError] = [
    ("E103", "needs_consent: check_ins\n", "needs_consent: chek_ins\n", "needs_consent:"),
    ("E103", 'if: "mood <= 2"', 'if: "consent.calls"', "      - {if"),
    ("E103", "{submit: story, state", "{submit: story, topic: firsst, state", "      first:"),
    ("E201", "    handover: {to: coordinators, reason: \"it failed\"}\n  - end: error\n",
     "    handover: {to: coordinators, reason: \"it failed\"}\n", "  - id: tell"),
    ("W202", "  - id: quiet\n", "  - id: lost\n    say: {en: \"Lost.\", es: \"Aparte.\"}\n  - id: quiet\n",
     "  - id: lost"),
    ("W203", "      - {else: menu}\n", "", "  - id: which"),
    ("E206", "      - {else: menu}\n", "      - {else: which}\n", "  - id: which"),
    ("E207", "  - end: done\n",
     "  - goto: bye2\n  - id: bye2\n    ask: {en: \"More?\", es: \"¿Algo?\"}\n    yes_no: true\n"
     "    then: {yes: bye2, no: bye2, timeout: bye2, invalid: bye2, hung_up: bye2}\n", "  - id: bye2"),
    ("W208", "then: {first: tale, second: leave, timeout: quiet, invalid: leave, hung_up: quiet}",
     "then: {first: menu, second: menu, timeout: quiet, invalid: menu, hung_up: quiet}", "  - id: menu"),
    ("E209", "  - id: hello\n", "  - id: early\n    follow_up: {flow: care, in: 1d}\n  - id: hello\n",
     "    follow_up: {flow: care, in: 1d}"),
    ("W210", "    save: topic\n", "", "  - id: tale"),
    ("W211", 'if: "mood <= 2"', 'if: "mood > 5"', "      - {if"),
    ("W211", 'if: "mood <= 2"', 'if: "topic == \'third\'"', "      - {if"),
    ("E210", "  - id: bye\n", "  - id: bye\n    note: 'stub: told a web service'\n", "    note: 'stub"),
    ("W212", "  - id: bye\n", "  - id: bye\n    note: 'review: words that are new'\n", "    note: 'review"),
    ("V301", "second: {key: 2", "second: {key: 1", "      second:"),
    ("V302", "second: {key: 2", "second: {key: 12", "      second:"),
    ("V303", "second: {key: 2", "second: {key: 0", "      second:"),
    ("V303", "second: {key: 2", 'second: {key: "*"', "      second:"),
    ("V304", "    save: topic\n", "".join(
        f"      more{n}: {{key: {n}, label: {{en: thing {n}, es: cosa {n}}}}}\n" for n in range(3, 7)) +
     "    save: topic\n",
     "    choices:"),
    ("V305", "How are you, from 1 to 5?", "So " * 60 + "how are you, from 1 to 5?", "  - id: mood"),
    ("V307", "words: {en: [note]", "words: {en: [tale]", "      second:"),
    ("V307", "words: {en: [note]", "words: {en: [tales]", "      second:"),
    ("V308", "Say it after the tone.", "Read www.example.org first.", "    record:"),
    ("M401", "¿La compartimos?", "á" * 100, "    ask: {en: \"May we"),
    ("M402", "Take care.", "Take care. " * 40, "    say: {en: \"Take care."),
    ("M404", "STOP ends these texts.", "We write every week.", "      en: \"Hi"),
    ("M404", "Hola, le escribe {{ org.name }}.", "Hola.", "      en: \"Hi"),
    ("M405", "Take care.", "Read bit.ly/x9 now.", "    say: {en: \"Read"),
    ("L501", "{en: \"Take care.\", es: \"Hasta pronto.\"}", "{en: \"Take care.\"}", "    say: {en: \"Take care."),
    ("L501", "{en: a message, es: un mensaje}", "{en: a message}", "      second:"),
    ("L502", "Take care.", "Take care of {{ mood | default: '1' }}.", "    say: {en: \"Take care"),
    ("L503", "words: {en: [note]", "words: {en: [alto]", "      second:"),
    ("S704", "words: {en: [note]", "words: {en: [quit]", "      second:"),
    ("S704", "words: {en: [note]", "words: {en: [person]", "      second:"),
    ("S704", "words: {en: [note]", "words: {en: [suicide]", "      second:"),
    ("X601", 'if: "mood <= 2"', 'if: "mood = 2"', "      - {if"),
    ("X602", 'if: "mood <= 2"', 'if: "moood <= 2"', "      - {if"),
    ("X602", "Take care.", "Take care, {{ nme }}.", "    say: {en: \"Take care,"),
    ("X602", "Take care.", "Take care, {{ contact.nmae }}.", "    say: {en: \"Take care,"),
    ("X603", "Take care.", "Take care, {{ contact.name }}.", "    say: {en: \"Take care,"),
    ("X603", "Take care.", "You said {{ mood }}.", "    say: {en: \"You said"),
    ("X604", "Something went wrong.", "Something went wrong, {{ mood | default: '' }}.", "  - id: sorry"),
    ("S702", "then: {yes: peer, no: menu, timeout: quiet, invalid: menu, hung_up: quiet}",
     "then: {yes: bye, no: bye, timeout: quiet, invalid: bye, hung_up: quiet}", "  - id: low"),
    ("S703", "no_answer: leave, busy", "no_answer: quiet, busy", "    then: {connected"),
    ("P801", "needs_consent: check_ins\n", "", "    follow_up:"),
    ("P801", "needs_consent: check_ins\n", "outbound: {machine: hang_up}\n", "outbound:"),
    ("P802", "Take care.", "You wrote {{ note | default: '' }}.", "    say: {en: \"You wrote"),
    ("P802", "reason: \"it failed\"}\n  - end", "reason: \"{{ note }}\"}\n  - end", "  - id: tell"),
    ("P803", "Hi, this is {{ org.name }}.", "Hi, {{ org.name }} on your recovery.", "      en: \"Hi"),
    ("P804", "then: {yes: give, no: bye", "then: {yes: submit, no: bye", "  - id: submit"),
    ("Y002", "{en: a message, es: un mensaje}", "{en: off, es: un mensaje}", "      second:"),
]  # fmt: skip


def test_nothing_is_wrong_with_the_line_that_errors_are_seeded_into() -> None:
    assert found(files()) == []


@pytest.mark.parametrize(("code", "old", "new", "place"), [*READING, *RULES])
def test_a_mistake_is_found_at_its_line(code: str, old: str, new: str, place: str) -> None:
    findings = with_mistake(old, new)

    lines = [finding.line for finding in findings if finding.code == code]
    assert line_of(CARE.replace(old, new), place) in lines, findings


@pytest.mark.parametrize(("code", "old", "new", "place"), RULES)
def test_one_mistake_is_not_reported_all_over_the_file(code: str, old: str, new: str, place: str) -> None:
    assert len(with_mistake(old, new)) <= 4


def test_a_refusal_is_not_taken_for_a_prize() -> None:
    assert [finding.code for finding in with_mistake("Take care.", "You won a cruise.")] == ["M405"]
    assert with_mistake("Take care.", "You won't hear from us again.") == []


def test_every_finding_says_what_to_do() -> None:
    for _, old, new, _ in RULES:
        assert all(finding.hint for finding in with_mistake(old, new))


@pytest.mark.parametrize(
    ("words", "advice"),
    [("á" * 100, "without á. Never misspell"), ("á’" * 50, "without á, ’ (write '). Never misspell")],
)
def test_nobody_is_told_to_misspell_a_word_to_save_a_segment(words: str, advice: str) -> None:
    hints = [finding.hint for finding in with_mistake("¿La compartimos?", words) if finding.code == "M401"]

    assert len(hints) == 1
    assert advice in hints[0]


def test_a_finding_reads_like_a_compiler_says_it() -> None:
    finding = next(iter(with_mistake('if: "mood <= 2"', 'if: "mood > 5"')))

    first, second = str(finding).splitlines()
    assert first == f"care.yaml:{line_of(CARE, '{else: menu}') - 1}:9 W211 warning `mood > 5` is never true"
    assert second.strip() == "Compare with something that can be answered."


def test_a_number_without_quotes_is_found_in_the_lines_too() -> None:
    findings = with_mistake('number: "+15555550100"', "number: +15555550100", into=LINES, name="lines")

    assert {(finding.code, finding.line) for finding in findings} >= {("Y003", 3), ("E101", 3)}


def test_a_flow_that_waits_for_itself_is_found_through_another() -> None:
    care = CARE.replace("  - id: tale\n", "  - id: there\n    flow: other\n  - id: tale\n").replace(
        "first: tale", "first: there"
    )
    other = OTHER.replace("  - id: call\n", "  - id: round\n    flow: care\n  - id: call\n").replace(
        "{yes: call", "{yes: round"
    )

    findings = found(files(care=care, other=other))

    assert {(finding.file, finding.code) for finding in findings} == {("care.yaml", "E209"), ("other.yaml", "E209")}


def test_going_to_another_flow_for_good_is_no_recursion() -> None:
    other = OTHER.replace("{yes: call", "{yes: round").replace(
        "  - id: call\n", "  - id: round\n    flow: other\n    back: false\n  - id: call\n"
    )

    assert found(files(other=other)) == []


def test_a_flow_that_reaches_nobody_is_found() -> None:
    alone = """\
flow: other
dsl: 1
title: Alone
channels: [sms]
languages: [en]
on_error: done
steps:
  - id: hello
    say: "Hello."
  - id: done
    end: done
"""
    assert [finding.code for finding in found(files(other=alone))] == ["S701"]


def test_a_clip_in_one_language_only_is_found() -> None:
    care = CARE.replace(
        'say: {en: "Take care.", es: "Hasta pronto."}',
        'say: {text: {en: "Take care.", es: "Hasta pronto."}, audio: {en: clips/care.en.mp3}}',
    )
    library, _ = build(files(care=care), {"clips/care.en.mp3": "0" * 64})

    assert library is not None
    assert "V306" in {finding.code for finding in about_flows(library)}


def test_a_clip_that_is_not_there_is_found() -> None:
    findings = with_mistake(
        'say: {en: "Take care.", es: "Hasta pronto."}',
        'say: {text: {en: "Take care.", es: "Hasta pronto."}, audio: {en: clips/care.en.mp3}}',
    )
    assert [finding.code for finding in findings] == ["E103"]


def test_a_hang_up_after_a_low_mood_needs_no_offer() -> None:
    """Ben hung up: nobody can offer him anything, so that way out is not held against the flow."""
    assert "S702" not in {finding.code for finding in found(files())}


def test_the_shipped_flows_have_no_error_and_no_warning() -> None:
    assert [finding for finding in check(SHIPPED) if finding.severity != "info"] == []


def test_a_folder_that_is_not_there_is_said(tmp_path: object) -> None:
    findings: list[Finding] = check(f"{tmp_path}/nowhere")
    assert [finding.code for finding in findings] == ["E103"]
