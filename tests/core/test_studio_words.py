"""Studio's comparisons, prompts and strings with holes, in our words."""

from __future__ import annotations

import pytest

from flows.importers.studio.answers import taken_apart
from flows.importers.studio.conditions import condition
from flows.importers.studio.export import Condition
from flows.importers.studio.liquid import only_path, translate


@pytest.mark.parametrize(
    ("kind", "value", "ours"),
    [
        ("equal_to", "1", "x == '1'"), ("not_equal_to", "it's", 'x != "it\'s"'),
        ("contains", "a, b", "x contains 'a' or x contains 'b'"),
        ("matches_any_of", "a,b", "x == 'a' or x == 'b'"), ("does_not_match_any_of", "a,b", "x != 'a' and x != 'b'"),
        ("is_blank", "", "x == nil or x == blank"), ("is_not_blank", "", "x != nil and x != blank"),
        ("regex", "a+", None), ("does_not_contain", "a", None), ("less_than", "3", None), ("equal_to", "{{ y }}", None),
        ("starts_with", "a", None), ("equal_to", "'\"", None), ("", "", None),
    ],
)  # fmt: skip
def test_comparisons(kind: str, value: str, ours: str | None) -> None:
    assert condition(Condition(type=kind, value=value), "x", "text") == ours


def test_numbers_are_compared_as_numbers() -> None:
    assert condition(Condition(type="less_than", value="3"), "x", "int") == "x < 3"
    assert condition(Condition(type="equal_to", value="07"), "x", "int") == "x == 7"
    assert condition(Condition(type="equal_to", value="seven"), "x", "int") is None


@pytest.mark.parametrize(
    ("prompt", "rest", "options"),
    [
        ("Welcome. For a peer, press 1. To leave a message, press 2.", "Welcome.",
         {"1": "a peer", "2": "leave a message"}),
        ("Press one for a peer or two for a story", "", {"1": "a peer", "2": "a story"}),
        ("Hi! Reply 1 for a peer, 2 for a story.", "Hi!", {"1": "a peer", "2": "a story"}),
        ("Choose:\n1. A peer\n2) A story", "Choose:", {"1": "A peer", "2": "A story"}),
        ("Oprima 1 para hablar con alguien. Para una historia, marque 2.", "",
         {"1": "hablar con alguien", "2": "una historia"}),
        ("How are you, from 1 to 5?", "How are you, from 1 to 5?", {}),
        ("We answer in 2 days.", "We answer in 2 days.", {}),
    ],
)  # fmt: skip
def test_options_are_taken_out_of_a_prompt(prompt: str, rest: str, options: dict[str, str]) -> None:
    assert taken_apart(prompt) == (rest, options)


@pytest.mark.parametrize(
    ("source", "ours", "lost"),
    [
        ("Hi {{flow.variables.name}}!", "Hi {{ name | default: '' }}!", 0),
        ("{{ flow.variables.name | upcase | default: 'you' }}", "{{ name | upcase | default: 'you' }}", 0),
        ("{{flow.variables.name | default: 'widgets.x.y'}}", "{{ name | default: 'widgets.x.y' }}", 0),
        (
            "{% if flow.variables.name == 'a' %}A{% else %}B{% endif %}",
            "{% if name == 'a' %}A{% else %}B{% endif %}",
            0,
        ),
        ("{{flow.variables.name | escape}}", "{{ name | default: '' }}", 1),
        ("{% for x in y %}{{x}}{% endfor %}", "", 3),
        ("Call {{trigger.call.From}} now", "Call  now", 1),
        ("{% if flow.variables.name %}A", "A", 1),
        ("{{ {{ }}", "}}", 1),
        ("100 % {sure}", "100 % {sure}", 0),
    ],
)
def test_strings_with_holes(source: str, ours: str, lost: int) -> None:
    def resolve(path: tuple[str, ...]) -> tuple[str | None, str]:
        return (path[2], "") if path[:2] == ("flow", "variables") else (None, "unknown")

    words = translate(source, resolve)

    assert len(words.lost) == lost
    assert words.text == ours or lost


def test_a_path_alone() -> None:
    assert only_path("{{ widgets.ask.inbound.Body }}") == ("widgets", "ask", "inbound", "Body")
    assert only_path("{{widgets.a.b}}{{widgets.a.b}}") is None
    assert only_path("plain") is None
