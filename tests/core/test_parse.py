"""A flow is read, or every mistake in it is found at its line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.loading import build
from flows.model.findings import FlowError
from flows.model.yaml_source import DEEPEST, LARGEST, read_yaml
from flows.parsing import parse_flow, restore
from flows.steps.ask import AskStep
from flows.steps.say import SayStep
from tests.core.small import ELSE, EXAMPLES, WORDS, faults, files, flow_text
from tests.examples import examples

CHECK_IN = (EXAMPLES / "check_in.yaml").read_text(encoding="utf-8")


def read(text: str, file: str = "check_in.yaml"):
    return parse_flow(text, file)


@pytest.mark.parametrize("name", ["check_in", "main_menu", "share_story"])
def test_the_flows_of_the_description_are_read(name):
    flow, findings = read((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")
    assert findings == []
    assert flow is not None
    assert flow.name == name
    assert {step.verb for step in flow.steps} >= {"say", "ask", "end"}


def test_oda_reads_what_a_flow_says():
    flow, _ = read(CHECK_IN)
    assert (flow.title, flow.base) == ("Mood check-in", "en")
    assert (flow.languages, flow.channels) == (("en", "es"), ("sms", "voice"))
    assert flow.needs_consent == "check_ins"
    assert flow.body.outbound.attempts.every == timedelta(minutes=40)
    assert flow.body.defaults.wait.sms == timedelta(hours=20)
    mood = flow.step("mood")
    assert isinstance(mood, AskStep)
    assert mood.number is not None
    assert (mood.number.min, mood.number.max, mood.save) == (1, 5, "mood")
    assert mood.ask.pick("sms", ["es"]).language == "es"
    assert flow.after("mood") == "@3", "a step without an id is named by its place"
    assert flow.source is not None
    assert flow.source.where(("steps", flow.places["mood"]))[0] == 24


WRONG_FILES = [
    ("say:", "sayy:", "E101", 19, "Did you mean `say`?"),
    ("yes_no: true", "yes_no: true\n    number: {}", "E101", 48, "exactly one kind"),
    ("yes_no: true", "note: x", "E101", 48, "exactly one kind"),
    ("- id: low\n    tag:", "- id: low\n    say: x\n    tag:", "E101", 43, "2 verbs"),
    ("timeout: quiet ", "timeout: quit ", "E103", 34, "'quit'"),
    ("on_error: sorry", "on_error: sory", "E103", 16, "'sory'"),
    ("machine: hang_up", "machine: say:nope", "E103", 9, "'nope'"),
    ("- goto: plan", "- goto: plant", "E103", 78, "'plant'"),
    ("to: low}", "to: lo}", "E103", 39, "'lo'"),
    ("tries: 3", "tries: '3'", "E101", 15, "integer"),
    ("title:", "titel:", "E101", 3, "'titel'"),
    ("dsl: 1", "dsl: 2", "E101", 2, "1"),
    ("channels: [sms, voice]", "channels: [sms, phone]", "E101", 4, "'sms' or 'voice'"),
    ("languages: [en, es]", "languages: [English]", "E101", 5, "'English'"),
    ("languages: [en, es]", "languages: []", "E101", 5, "languages"),
    ("      invalid: offer           ", "      ", "E204", 24, "'invalid'"),
    ("      hung_up: quiet\n\n  - branch", "\n\n  - branch", "E204", 24, "'hung_up'"),
    ("      busy: nobody\n", "", "E204", 55, "'busy'"),
    ("then: {yes: connect, no: plan", "then: {yes: connect, nope: plan", "E205", 53, "'nope'"),
    ("- id: low\n", "- id: mood\n", "E102", 43, "Line 24"),
    ("save: mood", "sav: mood", "E101", 29, "Did you mean `save`?"),
    ("save: note", "save: notes", "X602", 76, "'notes'"),
    ("wait: {sms: 20h", "wait: {sms: 20x", "E101", 14, "8s, 20h or 3d"),
    ("{min: 1, max: 5}", "{min: 7, max: 5}", "E101", 28, "min not above max"),
    ("  mood: {type: int", "  contact: {type: int", "E101", 10, "built-in name"),
    ("type: int", "type: number", "E101", 11, "'int'"),
    ("tag: {add: [low_mood]}", "tag: {add: 3}", "E101", 44, "add"),
    ("- {else: glad}", "- {els: glad}", "E101", 41, "{else: step}"),
    ("- {else: glad}", "- {else: glad}\n      - {if: mood, to: low}", "E101", 38, "last line"),
    ("in: 3d, between", "in: 3d, at: noon, between", "E101", 86, "in: 3d"),
    ('in: 3d, between: "09:00-19:00"', 'in: 3d, between: "9-19"', "E101", 86, "between"),
    ("priority: soon, reason: \"low", "priority: sooon, reason: \"low", "E101", 68, "'soon'"),
    ("{{ org.name }} with", "{{ org.name with", "X601", 21, "}}"),
    ("{{ org.name }} with", "{% for x in y %}{% endfor %} with", "X601", 21, "'for'"),
    ("mood == 3", "mood = 3", "X601", 40, "="),
    ("ask:\n      en: \"How", "ask:\n      sms: x\n      en: \"How", "E101", 25, "'en' stands beside"),
    ("      es: \"Me", "\t  es: \"Me", "Y001", 83, "tab"),
    ("title: Mood", "title: !!python/object:os Mood", "Y001", 3, "tag"),
    ("title: Mood check-in", "title: &a Mood", "Y001", 3, "anchors"),
    ("title: Mood check-in", "title: *a", "Y001", 3, "anchors"),
    ("title: Mood check-in", "title: a\ntitle: b", "Y001", 4, "twice"),
    ("title: Mood check-in", "title: 'a", "Y001", None, "read"),
    ("title: Mood check-in", "? [a, b]\n: c", "Y001", 3, "key"),
    ("flow: check_in\ndsl", "flow: mood\ndsl", "E101", 1, "same name"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "line", "text"), WRONG_FILES)
def test_a_mistake_is_found_at_its_line_and_says_what_to_do(old, new, code, line, text):
    assert old in CHECK_IN
    flow, findings = read(CHECK_IN.replace(old, new, 1))
    assert flow is None
    found = [finding for finding in findings if finding.code == code]
    assert found, findings
    assert text in f"{found[0].text} {found[0].hint}" or any(text in f"{item.text} {item.hint}" for item in found)
    if line is not None:
        assert line in {finding.line for finding in found}
    assert str(found[0]).startswith(f"check_in.yaml:{found[0].line}:")


def test_several_errors_are_told_at_once():
    text = CHECK_IN.replace("title:", "titel:").replace("tries: 3", "tries: many")
    text = text.replace("priority: soon", "priority: now")
    lines = {finding.line for finding in read(text)[1]}
    assert {3, 15, 68} <= lines


def test_a_duplicate_id_is_not_also_reported_at_its_victims():
    assert [finding.code for finding in read(CHECK_IN.replace("- id: low\n", "- id: mood\n", 1))[1]] == ["E102"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("yes", "yes"), ("9:30", "9:30"), ("22:00", "22:00"), ("~", None), ("12", 12),
        ("true", True),
    ],
)  # fmt: skip
def test_values_are_those_of_yaml_1_2(text, value):
    assert read_yaml(f"a: {text}", "x.yaml").values == {"a": value}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000, "- " * 100_000, "{a: " * 60_000, "a: " + "x" * (LARGEST + 1), "a:\n" + " - b\n" * 70_000,
        "\x00", "a: \ud800", "", "# nothing", "%YAML 9.9\n---\na: b", "a: b\n---\nc: d", "<<: {a: b}" * 3, ": :", "?",
        "!", "a: !x b",
    ],
)  # fmt: skip
def test_what_could_hurt_is_refused_at_once(text):
    source = read_yaml(text, "x.yaml")
    assert source.values is None
    assert source.findings[0].code == "Y001"


def test_a_deep_file_is_read_as_far_as_it_makes_sense():
    fine = "".join(f"{'  ' * depth}a:\n" for depth in range(DEEPEST - 1)) + "  " * DEEPEST + "b: c\n"
    assert read_yaml(fine, "x.yaml").values is not None
    assert read_yaml("a: " + "[" * DEEPEST + "]" * DEEPEST, "x.yaml").values is None


def test_comments_and_layout_do_not_change_the_version():
    c_h_e_c_k__i_n, _ = read(CHECK_IN)
    other, _ = read("# a comment\n" + CHECK_IN.replace("{min: 1, max: 5}", "\n      max: 5\n      min: 1"))
    changed, _ = read(CHECK_IN.replace("How are you today", "How do you feel today"))
    assert c_h_e_c_k__i_n.hash == other.hash
    assert c_h_e_c_k__i_n.hash != changed.hash
    assert len(c_h_e_c_k__i_n.hash) == 64


def test_the_order_of_choices_is_part_of_the_version():
    a, b = "a: {key: 1, label: A}", "b: {key: 2, label: B}"
    steps = f"- ask: Which?\n  choices: {{{a}, {b}}}\n  {ELSE}"
    swapped = steps.replace(f"{a}, {b}", f"{b}, {a}")
    found, two = read(flow_text(steps), "first.yaml")[0], read(flow_text(swapped), "first.yaml")[0]
    assert found.hash != two.hash
    assert list(restore(two.definition).steps[0].choices) == ["b", "a"]


def test_a_clip_that_is_recorded_anew_is_a_new_version():
    text = (EXAMPLES / "main_menu.yaml").read_text(encoding="utf-8")
    before, _ = parse_flow(text, "main_menu.yaml", {"clips/welcome.en.mp3": "1" * 64, "clips/other.mp3": "9" * 64})
    after, _ = parse_flow(text, "main_menu.yaml", {"clips/welcome.en.mp3": "2" * 64})
    assert before.hash != after.hash
    assert "clips/other.mp3" not in before.definition


@pytest.mark.parametrize("name", ["check_in", "main_menu", "share_story"])
def test_a_published_version_is_read_again_as_it_was(name):
    flow, _ = read((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")
    again = restore(flow.definition)
    assert again.hash == flow.hash
    assert again.steps == flow.steps
    assert again.source is None, "it was never in a file"


def test_a_definition_that_is_none_is_refused():
    with pytest.raises(FlowError, match="title"):
        restore(json.dumps({"flow": {"flow": "x", "dsl": 1, "languages": ["en"], "steps": []}, "clips": {}}))


def test_a_flow_that_is_not_a_mapping_is_refused():
    for text in ("[]", "a", "1", "steps: 3", "flow: x\nlanguages: [en]\nsteps: [1]"):
        flow, findings = read(text)
        assert flow is None
        assert findings[0].code == "E101"


@pytest.mark.parametrize(
    ("steps", "code", "text"),
    [
        ("- flow: nowhere", "E103", "'nowhere'"),
        ("- follow_up: {flow: nowhere, in: 3d}", "E103", "'nowhere'"),
        ("- hours: nights\n  then: {open: bye, closed: bye}", "E103", "'nights'"),
        ("- say: {text: Hi, audio: clips/none.mp3}", "E103", "'clips/none.mp3'"),
    ],
)
def test_what_a_flow_names_must_be_there(steps, code, text):
    found = faults(steps)
    assert [(finding.code, finding.file) for finding in found] == [(code, "first.yaml")]
    assert text in found[0].text


def test_words_are_picked_for_the_channel_and_the_language():
    steps = "- say: {text: {en: both, es: ambos}, sms: {en: short}, audio: {es: clips/a.mp3}}\n- say: plain"
    flow, findings = read(flow_text(steps), "first.yaml")
    assert findings == []
    first, second = flow.steps[:2]
    assert isinstance(first, SayStep)
    assert isinstance(second, SayStep)
    assert first.say.pick("sms", ["en"]) == ("short", "en", None)
    assert first.say.pick("voice", ["en"]) == ("both", "en", None)
    assert first.say.pick("voice", ["es", "en"]) == ("ambos", "es", "clips/a.mp3")
    assert first.say.pick("sms", ["fr", "es"]) == ("ambos", "es", None)
    assert second.say.pick("voice", ["es", "en"]) == ("plain", "en", None)


@settings(max_examples=examples(150), deadline=None)
@given(st.text(alphabet="abc:-{}[]\n &*!|>'\"#%@?,~0129 \t", max_size=120))
def test_any_text_is_read_or_refused(text):
    flow, findings = parse_flow(text, "x.yaml")
    assert (flow is None) == bool(findings)


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, len(CHECK_IN) - 1), st.integers(1, 40), st.text(alphabet=" :{}[]-\nabc'\"|1", max_size=5))
def test_a_damaged_flow_is_read_or_refused(at, length, instead):
    flow, findings = read(CHECK_IN[:at] + instead + CHECK_IN[at + length :])
    assert (flow is None) == any(finding.severity == "error" for finding in findings)


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(0, len(WORDS) - 1), st.text(alphabet=" :{}[]-\nabc'\"|1", max_size=5))
def test_damaged_words_are_read_or_refused(at, instead):
    made, findings = build({**files(), "words.yaml": WORDS[:at] + instead + WORDS[at + 3 :]})
    assert (made is None) == any(finding.severity == "error" for finding in findings)
