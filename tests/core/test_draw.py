"""Oda looks at a flow: as a drawing, as sentences, as a price."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from checkin.core.graphviz import svg
from flows.library import Library
from flows.loading import build, load
from flows.views import drawing, reading
from flows.views.drawing import Counts, span
from tests.core.seeded import SHIPPED, files

NAMES = sorted(path.stem for path in SHIPPED.glob("*_*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def library() -> Library:
    return load(SHIPPED)


@pytest.mark.parametrize("name", NAMES)
def test_every_step_and_every_way_is_in_the_drawing(library: Library, name: str) -> None:
    flow = library.flows[name]
    drawn = drawing.dot(flow)

    for step in flow.steps:
        assert (f'"{step.id}" [label=' in drawn) == (step.verb != "goto")
        for target in step.then.values():
            assert f'"{step.id}" -> "{target}"' in drawn or flow.step(target).verb == "goto"


def test_silence_is_dashed_and_a_person_has_a_double_border(library: Library) -> None:
    drawn = drawing.dot(library.flows["talk_to_peer"]).splitlines()

    assert any('"connect" [' in line and "peripheries=2" in line for line in drawn)
    assert any('"connect" -> "nobody"' in line and "style=dashed" in line for line in drawn)
    assert any('"connect" -> "after"' in line and "dashed" not in line for line in drawn)


def test_how_many_wait_and_where_people_left_can_be_shown(library: Library) -> None:
    counts = Counts({"mood": 3}, {"mood": {"no_reply": 2, "hung_up": 9}})
    flow = library.flows["check_in"]

    (mood,) = (line for line in drawing.dot(flow, counts=counts).splitlines() if line.startswith('  "mood" ['))
    assert "\\n3 waiting here\\nleft here: 9 hung up, 2 no\\nreply" in mood
    assert "<br>3 waiting here<br>left here: 9 hung up, 2 no<br>reply" in drawing.mermaid(flow, counts=counts)
    assert "waiting" not in drawing.dot(flow, counts=Counts({"mood": 0}))


def test_how_many_took_each_way_stands_at_the_line_and_makes_it_thick() -> None:
    ways = {("offer", "yes"): 30, ("offer", "no"): 10, ("offer", "hung_up"): 8, ("offer", "opted_out"): 2}
    counts = Counts(ways=ways, median={"offer": 5 * 3600})
    made, _ = build(files())
    assert made is not None
    flow = made.flows["care"]

    lines = drawing.dot(flow, counts=counts).splitlines()
    (yes,) = (line for line in lines if line.startswith('  "offer" -> "peer"'))
    assert "30 (60 %)" in yes
    assert "penwidth=3.4" in yes, "60 % of the way from 1 to 5"
    assert any('"offer" ->' in line and "dashed" in line and "8 (16 %)" in line for line in lines), "drop-off"
    assert any(line.startswith('  "offer" [') and "half answer within 5 h" in line for line in lines)
    assert "30 (60 %)" in drawing.mermaid(flow, counts=counts)
    assert "penwidth" not in drawing.dot(flow)


@pytest.mark.parametrize(("seconds", "said"), [(40, "40 s"), (720, "12 min"), (5 * 3600, "5 h"), (3 * 86400, "3 days")])
def test_lengths_of_time_are_short(seconds: int, said: str) -> None:
    assert span(seconds) == said


def test_the_drawing_is_an_svg_that_a_browser_reads(library: Library) -> None:
    root = ElementTree.fromstring(svg(drawing.dot(library.flows["main_menu"])))

    assert root.tag == f"{SVG}svg"
    titles = {title.text for title in root.iter(f"{SVG}title")}
    assert {"welcome", "menu", "switch", "peer"} <= titles


def test_words_with_quotes_and_backslashes_do_not_break_the_drawing() -> None:
    from flows.loading import build
    from tests.core.seeded import CARE, files

    care = CARE.replace('en: "Take care."', "en: 'Say \"yes\" \\ or <no> & go.'")
    library, findings = build(files(care=care))
    assert library is not None, findings

    assert ElementTree.fromstring(svg(drawing.dot(library.flows["care"]))).tag == f"{SVG}svg"
    assert "#quot;yes#quot;" in drawing.mermaid(library.flows["care"])


@pytest.mark.parametrize("name", NAMES)
def test_mermaid_names_every_step(library: Library, name: str) -> None:
    flow = library.flows[name]
    drawn = drawing.mermaid(flow)

    assert drawn.startswith("flowchart TD")
    assert sum(line.lstrip().startswith("s") for line in drawn.splitlines()) >= sum(
        s.verb != "goto" for s in flow.steps
    )


def test_a_flow_is_read_out_in_sentences_in_either_language(library: Library) -> None:
    english, spanish = reading.read(library.flows["check_in"]), reading.read(library.flows["check_in"], "es")

    assert "We ask: “How are you today, from 1, very low, to 5, very good?” (a number from 1 to 5)" in english
    assert "If mood <= 2: go to" in english
    assert "If they stay silent: go to" in english
    assert "We begin the plan weekly_check_in." in english
    assert "We only start it with someone who agreed to check ins." in english
    assert "¿Qué tal va hoy" in spanish
