"""A step of the flow language is one module and a line in a table: what each answers, and a new one, tried."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import flows
from flows import parsing
from flows.catalogues.messages import of_flows
from flows.checks.checker import about_flows
from flows.engine.run import Run
from flows.engine.step import Said, Step
from flows.model.step import Exit, StepShape
from flows.model.text import Channel, Text
from flows.model.text import Path as Place
from flows.steps.table import FLOW, KEYS, SHAPES, flow_file
from flows.views import diff, drawing, reading
from tests.core.small import library
from tests.core.talk import Talk

ROOT = Path(flows.__file__).parents[1]
MODULES = sorted(file.stem for file in (ROOT / "flows" / "steps").glob("[a-z]*.py") if file.stem != "table")


@pytest.mark.parametrize("name", MODULES)
def test_a_module_of_the_folder_holds_one_step_and_all_that_is_asked_of_it(name: str) -> None:
    module = importlib.import_module(f"flows.steps.{name}")
    [step] = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Step) and thing.__module__ == module.__name__
    ]

    def says(*names: str) -> bool:
        """Whether it answers these itself."""
        return all(getattr(step, asked) is not getattr(Step, asked) for asked in names)

    assert step in SHAPES
    assert step.verb in step.model_fields
    assert says("enter", "sentence")
    assert says("box") or says("line"), "nothing of it is drawn"
    assert step.listens is None or says("hear", "ask_again", "silent")
    assert step.listens is None or step.always_waits or says("waits")
    decides = says("exits") or step.required or step.possible
    assert decides or step.quick or step.changes_language, "simply going on is for steps that decide nothing"
    assert bool(step.slots_are) == says("slots"), "a translator is told what each slot is"
    assert not says("menu") or says("open_keys", "choose", "options")
    assert not step.takes_voice_notes or says("take_note")


def test_every_step_of_the_table_has_a_module() -> None:
    assert sorted(shape.__module__.rpartition(".")[2] for shape in SHAPES) == MODULES


def test_nobody_but_the_table_knows_a_step_by_name() -> None:
    """Checker, drawing, reading, catalogues, comparison and engine ask the step: a new one changes none of them."""
    knowing = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "flows").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("flows.steps")
        and node.module != "flows.steps.table"
    }
    assert knowing == {"flows/steps/table.py"}


class Breathe(Step):
    """A step that is nowhere but here: words, and then a wait until they write anything."""

    verb = "breathe"
    fill = "#e0ffff"
    slots_are = {"breathe": "said slowly"}
    opens = True
    wants_someone = True
    keeps = True
    listens = "answer"
    breathe: Text

    def enter(self, run: Run) -> str | None:
        run.new_question()
        run.speak(self.breathe)
        run.await_("answer", run.sms_wait())
        return None

    def hear(self, run: Run, said: Said) -> str | None:
        run.chosen = True
        return run.after(self)

    def ask_again(self, run: Run, *, quietly: bool = False) -> None:
        run.await_("answer", run.sms_wait())

    def silent(self, run: Run) -> str | None:
        return run.outcome(self, "still")

    def takes_any(self) -> bool:
        return True

    @property
    def waits(self) -> bool:
        return True

    def possible_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        return frozenset({"still"})

    def exits(self, channels: tuple[Channel, ...], onward: str) -> Iterator[Exit]:
        yield from self.named_exits(channels, onward)
        yield Exit(self.id, "breathed", onward)

    def slots(self) -> Iterator[tuple[Place, Text]]:
        yield ("breathe",), self.breathe

    @property
    def opening(self) -> Text | None:
        return self.breathe

    def box(self, language: str) -> str:
        return f"breathe: “{self.breathe.short(language)}”"

    def sentence(self, language: str) -> str:
        return f"We breathe with them: “{self.breathe.short(language)}”"


FLOW_WITH_IT = """
- id: slowly
  breathe: {en: "In {{ mood }}, and out.", es: "Inspire, y espire."}
  then: {still: bye}
- say: {en: "That was one breath.", es: "Fue una respiración."}
"""


@pytest.fixture
def breathing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line in the table."""
    shapes = (*SHAPES, Breathe)
    monkeypatch.setattr(parsing, "FLOW", flow_file(shapes))
    monkeypatch.setattr(parsing, "KEYS", {**KEYS, "breathe": ["breathe", "id", "note", "then", "to"]})


@pytest.mark.usefixtures("breathing")
def test_a_step_of_one_module_is_checked_drawn_read_translated_and_compared() -> None:
    made = library(FLOW_WITH_IT)
    flow = made.flows["first"]

    found = [finding for finding in about_flows(made) if finding.line == flow.source.where(("steps", 0, "breathe"))[0]]
    assert "X603" in {finding.code for finding in found}, "its words are looked through: the hole may be empty"
    assert drawing.dot(flow).count('"breathe: “In ‹mood›,') == 1
    assert "We breathe with them: “In ‹mood›, and out.”\n   If still: go to 3 (bye)." in reading.read(flow)
    assert "said slowly" in " ".join(spot.note for spot in of_flows({"first": flow}))
    other = library(FLOW_WITH_IT.replace("and out", "and slowly out")).flows["first"]
    assert any("slowly out" in str(change) for change in diff.diff(flow, other))


@pytest.mark.usefixtures("breathing")
def test_a_step_of_one_module_is_played() -> None:
    ben = Talk(library(FLOW_WITH_IT)).texts("hello")
    assert ben.said.endswith("In , and out.")
    assert "one breath" in ben.texts("aaah").said
    ana = Talk(library(FLOW_WITH_IT)).texts("hello")
    assert "Goodbye" in ana.waits().said


@pytest.mark.usefixtures("breathing")
def test_who_mistypes_it_is_told_its_name() -> None:
    from tests.core.small import faults

    assert any("Did you mean `breathe`?" in finding.hint for finding in faults("- breath: hello\n"))


def test_without_its_line_in_the_table_nobody_knows_it() -> None:
    assert Breathe not in SHAPES
    assert "breathe" not in KEYS
    assert FLOW.model_fields["steps"] is not flow_file((*SHAPES, Breathe)).model_fields["steps"]
    assert issubclass(Breathe, StepShape)
