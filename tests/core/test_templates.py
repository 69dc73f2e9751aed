"""Holes and conditions: what is allowed, what is refused, and that nothing can run away or read the clock."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.model.templates import TemplateError, check, holds, render, used
from tests.examples import examples

NAMES = {
    "contact": {"name": None},
    "org": {"name": "Harbor Line"},
    "mood": 2,
    "note": "so so",
    "when": "18:30",
    "nothing": None,
    "_language": {"code": "en", "clock": 12},
}
SPANISH = {**NAMES, "_language": {"code": "es", "clock": 24}}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain words, 100% { fine }", "plain words, 100% { fine }"),
        ("Hi {{ contact.name | default: 'there' }}!", "Hi there!"),
        ("It is {{ org.name }}.", "It is Harbor Line."),
        ("[{{ nothing }}]", "[]"),
        ("{% if mood <= 2 %}low{% elsif mood == 3 %}middle{% else %}high{% endif %}", "low"),
        ("{% unless mood > 3 %}not high{% endunless %}", "not high"),
        ("{{ when | time }}", "6:30 pm"),
        ("{{ '+15555550100' | phone }}", "(555) 555-0100"),
        ("{{ '988' | spell }}", "9 8 8"),
        ("{{ 3 | ordinal }} {{ 11 | ordinal }} {{ 22 | ordinal }}", "3rd 11th 22nd"),
        ("{{ mood | plus: 1 }}", "3"),
        ("{{ note | upcase | truncate: 5 }}", "SO..."),
        ("{{ '2026-03-02' | date: '%d.%m.' }}", "02.03."),
    ],
)
def test_holes_are_filled(source, text):
    assert render(source, NAMES) == text


def test_times_and_places_in_a_row_are_said_as_the_language_does():
    assert render("{{ when | time }}, {{ 3 | ordinal }}", SPANISH) == "18:30, 3.º"


@pytest.mark.parametrize(
    ("condition", "is_so"),
    [
        ("mood <= 2", True), ("mood == 3", False), ("mood == 2 and note == 'so so'", True), ("nothing", False),
        ("nothing <= 3", False), ("mood > 1 or nope_is_not_reached", True), ("note contains 'so'", True),
    ],
)  # fmt: skip
def test_conditions_hold_or_not(condition, is_so):
    assert holds(condition, NAMES) is is_so


@pytest.mark.parametrize(
    "source",
    [
        "{{ mood", "{% if mood %}x", "{% for a in b %}{% endfor %}", "{% assign a = 1 %}", "{% include 'x' %}",
        "{% render 'x' %}", "{% capture x %}{% endcapture %}", "{% case mood %}{% endcase %}",
        "{% cycle 'a' %}", "{% increment a %}", "{% tablerow a in b %}{% endtablerow %}", "{{ mood | nosuch }}",
        "{{ mood | times: 9 }}", "{{ mood | | }}", "{{ }}" + "{% if %}x{% endif %}", "x" * 2001,
    ],
)  # fmt: skip
def test_what_is_not_of_the_language_is_refused_before_it_runs(source):
    assert check(source) is not None


@pytest.mark.parametrize(
    "condition",
    ["mood = 2", "", "  ", "mood <", "a %} b {% if c", "{{ mood }}", "mood == 'x", "mood and " * 60 + "mood"],
)
def test_a_condition_that_is_none_is_refused(condition):
    assert check(condition, condition=True) is not None


@pytest.mark.parametrize("source", ["{{ nope }}", "{{ contact.nope }}", "{{ org.name.x }}", "{% if no %}x{% endif %}"])
def test_an_unknown_name_is_an_error_with_its_place(source):
    with pytest.raises(TemplateError, match="undefined|no|x"):
        render(source, NAMES)


def test_the_place_of_a_fault_is_told():
    fault = check("Hi there,\n{{ mood | nosuch }}")
    assert fault is not None
    assert (fault.line, fault.column) == (2, 11)
    assert "nosuch" in str(fault)


def test_the_clock_is_not_read():
    assert render("[{{ now }}{{ today }}{{ 'now' | date: '%Y' }}]", NAMES) == "[]"


def test_what_grows_too_long_is_refused():
    with pytest.raises(TemplateError):
        render("{{ x }}{{ x }}", {**NAMES, "x": "y" * 1500})


def test_deep_nesting_is_refused():
    assert check("{% if mood %}" * 50 + "{% endif %}" * 50) is not None


def test_the_names_that_are_used_are_listed_with_their_places():
    found = used("Hi {{ contact.name | default: 'x' }}\n{% if mood > 1 %}{{ note }}{% endif %}")
    assert [(part.path, part.line, part.column) for part in found] == [
        (("contact", "name"), 1, 7),
        (("mood",), 2, 7),
        (("note",), 2, 21),
    ]
    assert [part.path for part in used("mood <= 2 and note", condition=True)] == [("mood",), ("note",)]
    assert used("mood <= 2", condition=True)[0].column == 1


@settings(max_examples=examples(300), deadline=None)
@given(st.text(alphabet="{}%| .:'\"\nabimoodfelsn<=>-[]0129", max_size=80))
def test_any_source_is_filled_or_refused(source):
    with suppress(TemplateError):
        render(source, NAMES)
    with suppress(TemplateError):
        holds(source, NAMES)
    check(source)
    check(source, condition=True)
