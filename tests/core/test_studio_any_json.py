"""Whatever stands in the file: a flow that loads and can be checked and begun, or a clear refusal."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.checks.checker import about_flows
from flows.importers.studio.conversion import BY_US, CALLS, TEXTS, WIDGETS, convert
from flows.importers.studio.export import StudioError, read_export
from flows.loading import build
from tests.core.seeded import files
from tests.core.talk import Talk
from tests.examples import examples

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["states", "name", "type", "transitions", "properties", "definition", "x"]), inner, max_size=4
    ),
    max_leaves=20,
)  # fmt: skip

NAMES = st.sampled_from(
    ["a", "b", "c", "Say hello", "say_hello", "1", "ñandú", "finish", "quiet", "sorry", "", "contact"]
)
EVENTS = st.sampled_from(
    ["match", "noMatch", "incomingMessage", "keypress", "speech", "timeout", "sent", "failed", "success", "next",
     "audioComplete", "callCompleted", "hangup", "recordingComplete", "completed", "return", "answered", "don't"]
)  # fmt: skip
STRINGS = st.sampled_from(
    ["", "Hello.", "{{flow.variables.x}}", "{{widgets.a.Digits}}", "{{widgets.b.inbound.Body | upcase}}", "{{", "{% if",
     "{% if flow.variables.x %}y", "{{trigger.message.From}}", "Press 1 for a peer, or 2 to stop.", "yes", "no", "1",
     "1, 2", "0", "*", "off", "1e3", "0o7", "~", "null", "\u0000", "\ud800", "a\tb\r\nc", "x" * 3000, "# no: [comment",
     "{{ flow.variables.end | plus: 1 }}", "'\"", "99999999999999999999", "{{flow.variables.contact}}", "en-US", "es"]
) | st.text(max_size=30)  # fmt: skip
CONDITIONS = st.fixed_dictionaries(
    {"type": st.sampled_from(["equal_to", "contains", "matches_any_of", "less_than", "regex", "is_blank"]),
     "value": STRINGS, "arguments": st.lists(STRINGS, max_size=2)}
)  # fmt: skip
TRANSITIONS = st.fixed_dictionaries(
    {"event": EVENTS}, optional={"next": NAMES | st.none(), "conditions": st.lists(CONDITIONS, max_size=2)}
)
PROPERTIES = st.dictionaries(
    st.sampled_from(["body", "say", "play", "input", "timeout", "number_of_digits", "max_length", "language",
                     "flow_sid", "variables", "parameters", "media_url", "to"]),
    STRINGS | st.integers(-1, 10**12) | st.lists(st.fixed_dictionaries({"key": STRINGS, "value": STRINGS}), max_size=3),
    max_size=5,
)  # fmt: skip
WIDGET = st.fixed_dictionaries(
    {"name": NAMES, "type": st.sampled_from([*WIDGETS, "make-http-request", "new-widget", ""]),
     "transitions": st.lists(TRANSITIONS, max_size=5), "properties": PROPERTIES}
)  # fmt: skip
TRIGGER = st.lists(
    st.fixed_dictionaries({"event": st.sampled_from([*TEXTS, *CALLS, *BY_US]), "next": NAMES}), min_size=1, max_size=3
)


@given(ANYTHING)
@settings(max_examples=examples(300), deadline=None)
def test_any_json_is_a_flow_or_a_refusal(data: Any) -> None:
    never_another_exception(json.dumps(data))


@given(st.text(max_size=200))
@settings(max_examples=examples(200), deadline=None)
def test_any_text_is_a_flow_or_a_refusal(text: str) -> None:
    never_another_exception(text)


def never_another_exception(text: str) -> None:
    try:
        convert(read_export(text), "any")
    except StudioError as error:
        told = str(error)
    else:
        return
    assert told
    assert "cannot be written" not in told


@given(TRIGGER, st.lists(WIDGET, min_size=1, max_size=6, unique_by=lambda item: item["name"]))
@settings(max_examples=examples(80), deadline=None)
def test_any_widgets_become_a_flow_that_loads_and_runs(trigger: list[Any], widgets: list[Any]) -> None:
    states = [{"name": "Trigger", "type": "trigger", "transitions": trigger}, *widgets]
    try:
        made = convert(read_export(json.dumps({"states": states, "initial_state": "Trigger"})), "any")
    except StudioError as error:
        refused = str(error)
    else:
        begins_and_is_checked(made.files, made.answers)
        assert made.report.markdown("any")
        return
    assert "cannot be written" not in refused


def begins_and_is_checked(texts: dict[str, str], answers: Any) -> None:
    library, found = build({**files(), **texts})
    assert library is not None, found
    refused = {flow.code for flow in about_flows(library) if flow.file in texts and flow.severity == "error"}
    assert refused <= {"E210", "E103"}, "stubs, and a consent that is still to be named"
    for channel, name in answers.items():
        assert Talk(library, channel, flow=name).starts().last is not None
