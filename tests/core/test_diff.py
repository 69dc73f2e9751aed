"""Oda changed a flow and reads what that means before anybody hears it."""

from __future__ import annotations

import pytest

from flows.loading import load
from flows.model.flow import Flow
from flows.parsing import parse_flow, restore
from flows.views.diff import diff
from tests.core.seeded import CARE, SHIPPED

LIBRARY = load(SHIPPED)
SHIPPED_FLOWS = sorted(LIBRARY.flows)
MOOD = "    save: mood\n"


def flow_of(text: str) -> Flow:
    flow, findings = parse_flow(text, "care.yaml")
    assert flow is not None, findings
    return flow


def changed(*changes: tuple[str, str], base: str = CARE) -> list[str]:
    """What is told when these pieces of the flow are written otherwise."""
    text = base
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return [str(change) for change in diff(flow_of(base), flow_of(text))]


def test_a_longer_wait_is_one_change_for_texts_and_calls() -> None:
    before = CARE.replace(MOOD, MOOD + "    wait: 20h\n")

    assert changed(("wait: 20h", "wait: 24h"), base=before) == ["mood: wait 20h → 24h"]
    assert changed(("wait: 20h", "wait: {sms: 24h, voice: 20h}"), base=before) == ["mood: wait by text 20h → 24h"]
    assert changed(("wait: 20h", "tries: 2"), base=before) == ["mood: tries 2 (new)", "mood: wait 20h (removed)"]


def test_of_a_text_the_words_that_differ_are_shown_with_a_few_around_them() -> None:
    assert changed(("What next?", "What now?")) == ["menu: words (en) “What next?” → “What now?”"]
    long = "one two three four five six seven eight nine ten eleven twelve"
    base = CARE.replace("What next?", long)

    assert changed(("six", "SIX"), base=base) == [
        "menu: words (en) “… two three four five six seven eight nine ten …”"
        " → “… two three four five SIX seven eight nine ten …”"
    ]


def test_words_for_one_channel_only() -> None:
    assert changed(('say: {en: "Take care.", es: "Hasta pronto."}',
                    'say: {text: {en: "Take care.", es: "Hasta pronto."}, sms: {en: "Bye."}}')) == [
        "bye: words by text (en) “Bye.” (new)"
    ]  # fmt: skip


def test_where_an_outcome_leads() -> None:
    assert changed(("{timeout: quiet, invalid: menu", "{timeout: bye, invalid: menu")) == [
        "mood: on timeout: quiet → bye"
    ]


def test_a_choice_that_came_one_that_went_and_their_order() -> None:
    first, second = (line for line in CARE.splitlines(True) if line.strip().startswith(("first:", "second:")))

    assert changed((first + second, second + first)) == ["menu: its choices are now in this order: second, first"]
    assert changed((first, ""), ("then: {first: tale, ", "then: {")) == [
        "menu: choice first (removed): key 1, label (en) “a story”, label (es) “una historia”, words (en) tale, "
        "words (es) cuento",
        "menu: on first → tale (removed)",
    ]
    assert changed(("second: {key: 2", "second: {key: 3")) == ["menu: choice second key 2 → 3"]


def test_another_kind_of_answer() -> None:
    told = changed(("    yes_no: true\n", "    text: true\n"), ("{yes: peer, no: menu, timeout", "{timeout"))

    assert told[0] == "offer: answer yes_no → text"


def test_a_branch_and_the_order_of_its_conditions() -> None:
    assert changed(("{else: menu}", "{else: bye}")) == ["which: else: menu → bye"]
    assert changed(("mood <= 2", "mood <= 1")) == [
        "which: if mood <= 1 → low (new)",
        "which: if mood <= 2 → low (removed)",
    ]
    two = CARE.replace("      - {else", '      - {if: "mood >= 5", to: bye}\n      - {else')
    low, high = (line for line in two.splitlines(True) if "- {if" in line)
    assert changed((low + high, high + low), base=two) == [
        "which: its conditions are now in this order: mood >= 5, mood <= 2"
    ]


def test_steps_that_came_and_went() -> None:
    tag = "  - tag: {add: [seen]}\n"

    assert changed(("  - end: done\n", tag + "  - end: done\n")) == ["step 15 (tag): new, after plan (tag add seen)"]
    assert changed((tag, ""), base=CARE.replace("  - end: done\n", tag + "  - end: done\n")) == [
        "step 15 (tag): removed (tag add seen)"
    ]


def test_a_step_without_an_id_that_changed_is_the_same_step() -> None:
    base = CARE.replace("  - end: done\n", "  - tag: {add: [seen]}\n  - end: done\n")

    assert changed(("[seen]", "[met]"), base=base) == ["step 15 (tag): add seen → met"]


def test_a_step_that_has_another_name_now_is_no_other_step() -> None:
    assert changed(("  - id: bye\n", "  - id: farewell\n"), *[(": bye", ": farewell")] * CARE.count(": bye,")) == [
        "farewell: renamed from bye"
    ]


def test_a_step_that_stands_elsewhere() -> None:
    quiet = "  - id: quiet\n    end: no_reply\n"

    assert changed((quiet, ""), ("  - id: sorry\n    say", f"{quiet}  - id: sorry\n    say")) == []
    sorry = CARE[CARE.index("  - id: sorry\n") : CARE.index("  - end: error\n") + len("  - end: error\n")]
    assert changed((sorry, ""), (quiet, sorry + quiet)) == ["quiet: moved to after step 18 (end)"]


def test_another_verb_under_the_same_id() -> None:
    assert changed(("    tag: {add: [low_mood]}\n", "    set: {topic: low}\n")) == [
        "low: was a `tag`, now a `set` (set topic low)"
    ]


def test_the_header() -> None:
    keep = "  mood: {type: int, keep: "
    told = changed(("title: How are you", "title: How do you do"), (f"{keep}session", f"{keep}contact"))

    assert told == ["care: title How are you → How do you do", "care: variable mood keep contact (new)"]


def test_a_recording_that_was_made_anew() -> None:
    text = CARE.replace('say: {en: "Take care.", es: "Hasta pronto."}',
                        'say: {text: {en: "Take care.", es: "Adiós."}, audio: {en: clips/bye.mp3}}')  # fmt: skip
    old, new = (parse_flow(text, "care.yaml", {"clips/bye.mp3": digest})[0] for digest in ("a" * 64, "b" * 64))
    assert old is not None
    assert new is not None

    assert [str(change) for change in diff(old, new)] == ["care: the recording clips/bye.mp3 has changed"]


def test_comments_and_layout_are_no_change_and_another_way_to_write_it_is_said_to_be_one() -> None:
    assert changed(("dsl: 1", "dsl: 1  # the only one")) == []
    assert changed(("    yes_no: true\n", "    yes_no: true\n    tries: 3\n")) == ["offer: tries 3 (new)"]
    assert changed(("reason: \"it failed\"}", "reason: \"it failed\", priority: normal}")) == [
        "care: written differently, but means the same"
    ]  # fmt: skip


def test_a_change_names_the_step_that_people_wait_at_by_its_old_id() -> None:
    changes = diff(flow_of(CARE), flow_of(CARE.replace("What next?", "What now?")))

    assert [(change.where, change.text, change.step) for change in changes] == [
        ("menu", "words (en) “What next?” → “What now?”", "menu")
    ]


@pytest.mark.parametrize("name", SHIPPED_FLOWS)
def test_every_step_that_is_taken_out_of_a_shipped_flow_is_told(name: str) -> None:
    flow = LIBRARY.flows[name]
    assert diff(flow, restore(flow.definition)) == ()

    for other in LIBRARY.flows.values():
        gone = {change.step for change in diff(flow, other) if change.text.startswith("is gone")}
        kept = {change.step for change in diff(flow, other)} - gone
        assert {step.id for step in flow.steps if step.named} - {step.id for step in other.steps} <= gone | kept
