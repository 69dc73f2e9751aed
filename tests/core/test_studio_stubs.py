"""What Studio does and no flow here can is a stub that is told, never words or choices that mean something else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.importers.studio.export import StudioError, read_export
from tests.core.studio_flows import library_of, refused, small, told, way, widget
from tests.core.talk import Talk

CHOOSES = [
    "{% case flow.variables.x %}{% when 'a' %}Closed.{% else %}Open.{% endcase %}",
    "{%- case flow.variables.x -%}{%- when 'a' -%}Closed.{%- endcase -%}",
    "{% for day in days %}Open on {{ day }}.{% endfor %}",
    "{% tablerow day in days %}Open.{% endtablerow %}",
    "{% cycle 'Closed.', 'Open.' %} Hello.",
    "{% ifchanged %}Open.{% endifchanged %}",
    "{% comment %}Closed.{% endcomment %}Open.",
    "{% capture x %}Closed.{% endcapture %}Open.",
    "{% if trigger.message.From == 'a' %}Closed.{% else %}Open.{% endif %}",
    "{% unless widgets.web.parsed.open %}Closed.{% endunless %}Open.",
    "{% if flow.variables.x %}Closed.",
]


@pytest.mark.parametrize("words", CHOOSES)
def test_words_that_choose_what_is_said_are_a_stub(words: str) -> None:
    says = small(widget("hours", "send-message", body=words))
    asks = small(
        widget("ask", "send-and-wait-for-reply", way("incomingMessage", "split"), body="Yes or no?"),
        widget("split", "split-based-on", way("noMatch", "again"),
               way("match", "well", about="{{widgets.ask.inbound.Body}}", type="equal_to", value="yes")),
        widget("again", "send-message", way("sent", "ask"), body=words),
        widget("well", "set-variables", variables=[{"key": "hours", "value": words}]),
    )  # fmt: skip

    assert "its words choose what is said" in told(says, "stub")["hours"]
    assert set(told(asks, "stub")) == {"ask", "again", "well"}
    for made in (says, asks):
        assert "E210" in refused(made)


def test_a_choice_between_words_that_is_taken_over_is_no_stub() -> None:
    made = small(
        widget("x", "set-variables", way("next", "hours"), variables=[{"key": "x", "value": "a"}]),
        widget(
            "hours",
            "send-message",
            body="{% assign y = 1 %}{% if flow.variables.x == 'a' %}Closed.{% else %}Open.{% endif %}",
        ),
    )

    assert told(made, "stub") == {}
    assert Talk(library_of(made)[0], flow="small").starts().said == "Closed."


def test_a_comparison_with_what_is_worked_out_is_a_stub_and_no_choice() -> None:
    for value in (
        "{{widgets.yesterday.inbound.Body}}",
        "{% if flow.variables.x %}a{% endif %}",
        "a, {{flow.variables.x}}",
    ):
        made = small(
            widget("yesterday", "send-and-wait-for-reply", way("incomingMessage", "today"), body="What helped?"),
            widget("today", "send-and-wait-for-reply", way("incomingMessage", "same"), body="What will help?"),
            widget("same", "split-based-on", way("noMatch", "new"),
                   way("match", "again", about="{{widgets.today.inbound.Body}}", type="equal_to", value=value)),
            widget("again", "send-message", body="Again."), widget("new", "send-message", body="New."),
        )  # fmt: skip

        assert set(told(made, "stub")) == {"same"}
        assert "choices" not in made.files["small.yaml"]
        assert refused(made) == {"E210"}


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_two_keys_that_lead_to_one_widget_lead_there_and_have_labels_of_their_own(channel: Any, listed: bool) -> None:
    event, kind, about = {
        "voice": ("keypress", "gather-input-on-call", "{{widgets.menu.Digits}}"),
        "sms": ("incomingMessage", "send-and-wait-for-reply", "{{widgets.menu.inbound.Body}}"),
    }[channel]

    def answered(keys: str, to: str) -> dict[str, Any]:
        return way("match", to, about=about, type="matches_any_of", value=keys)

    both = [answered("1, 2", "a_peer")] if listed else [answered("1", "a_peer"), answered("2", "a_peer")]
    made = small(
        widget("menu", kind, way(event, "split"), say="Please choose.", body="Please choose."),
        widget("split", "split-based-on", way("noMatch"), *both, answered("3", "story")),
        widget("a_peer", "say-play", way("audioComplete"), say="A peer."), widget("story", "say-play", say="A story."),
        event={"voice": "incomingCall", "sms": "incomingMessage"}[channel],
    )  # fmt: skip
    library, _ = library_of(made)
    choices = library.flows["small"].step("menu").choices

    assert refused(made) == set()
    assert (
        len({choice.label.text["en"] for choice in choices.values()})
        == len(choices)
        == (3 if channel == "voice" else 2)
    )
    for key, said in (("1", "A peer."), ("2", "A peer."), ("3", "A story.")):
        talk = Talk(library, channel, flow="small").starts()
        assert said in (talk.presses(key) if channel == "voice" else talk.texts(key)).said


def test_one_label_for_two_things_and_words_that_are_obeyed_are_told_apart() -> None:
    def answered(value: str, to: str) -> dict[str, Any]:
        return way("match", to, about="{{widgets.menu.inbound.Body}}", type="matches_any_of", value=value)

    made = small(
        widget("menu", "send-and-wait-for-reply", way("incomingMessage", "split"),
               body="Reply 1 for a story, 2 for a story, 3 for help, 4 for the group."),
        widget("split", "split-based-on", way("noMatch"), answered("1, tale", "a"), answered("2, tale, news", "b"),
               answered("3, stop", "c"), answered("4, news, menu", "d"), answered("tale, 2", "never")),
        *(widget(name, "send-message", body=f"This is {name}.") for name in ("a", "b", "c", "d", "never")),
    )  # fmt: skip
    library, _ = library_of(made)

    assert refused(made) == set()
    assert [choice.label.text["en"] for choice in library.flows["small"].step("menu").choices.values()] == [
        "a story", "a story 2", "help 3", "the group",
    ]  # fmt: skip
    for words, said in (("tale", "a"), ("news", "b"), ("3", "c"), ("4", "d")):
        assert f"This is {said}." in Talk(library, flow="small").starts().texts(words).said
    assert "never taken" in told(made, "left out")["split"]


def test_a_circle_in_which_nobody_is_asked_anything_is_opened_and_told() -> None:
    made = small(
        widget("one", "send-message", way("sent", "two"), body="One."),
        widget("two", "send-message", way("sent", "one"), body="Two."),
    )

    assert "led back to `one`" in told(made, "stub")["two"]
    assert refused(made) == {"E210"}


def test_the_old_format_is_called_by_its_name() -> None:
    begins = {"event": "incomingCall", "next": "FF2", "uuid": "u1"}
    first = {"type": "InitialState", "name": "Trigger", "sid": "FF1", "transitions": [begins]}
    gather = {"type": "Gather", "name": "gather_1", "sid": "FF2", "properties": {"say": "Press 1 for a peer."}}
    for states in ([first, gather], [gather]):
        with pytest.raises(StudioError, match="old export format.*Show flow JSON"):
            read_export(json.dumps({"description": "old", "states": states}))
