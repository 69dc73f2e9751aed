"""A flow while it is being turned: what its widgets became so far, and what they lead to."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flows.importers.studio import liquid
from flows.importers.studio.export import Export, State
from flows.importers.studio.liquid import StudioChoice, Words
from flows.model.flow import RESERVED
from flows.model.text import LANGUAGE, Channel
from flows.words.phrases import ALWAYS_HELP, ALWAYS_START, ALWAYS_STOP

Kind = Literal["mapped", "review", "added", "stub", "left out"]

MEANING: dict[Kind, str] = {
    "stub": "Not turned: someone has to write these steps. `check` refuses the flow until then (E210).",
    "review": "Turned with a guess. Read them, correct them, and take the note `review: ...` away (W212).",
    "added": "Missing in Studio, required here.",
    "left out": "Left out.",
    "mapped": "Turned.",
}
"""In the order in which they matter to the reader."""


@dataclass(frozen=True)
class Remark:
    """One thing about one widget of a flow (or step, for what was added)."""

    kind: Kind
    place: str
    text: str


@dataclass
class ImportReport:
    """Everything that was noted during one import."""

    remarks: list[Remark] = field(default_factory=list)

    def note(self, kind: Kind, place: str, text: str) -> None:
        """Add a remark, once."""
        if (remark := Remark(kind, place, text)) not in self.remarks:
            self.remarks.append(remark)

    def of(self, kind: Kind) -> list[Remark]:
        return [remark for remark in self.remarks if remark.kind == kind]

    def markdown(self, title: str) -> str:
        return "\n".join(self._lines(title)).rstrip() + "\n"

    def _lines(self, title: str) -> Iterator[str]:
        yield f"# Import of {title}"
        yield ""
        for kind, meaning in MEANING.items():
            if found := self.of(kind):
                yield f"## {kind.capitalize()} ({len(found)})"
                yield ""
                yield meaning
                yield ""
                yield from (f"- `{remark.place}`: {remark.text}" for remark in found)
                yield ""


class Names:
    """Hands out a name for each thing that needs one; no name twice, the same thing always the same."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self._given: dict[str, str] = {}
        self._taken = {name.lower() for name in taken}

    def of(self, thing: str, like: str | None = None) -> str:
        """The name of `thing`, made of its own letters (or of those of `like`)."""
        if thing not in self._given:
            self._given[thing] = self.free(like or thing)
        return self._given[thing]

    def free(self, like: str) -> str:
        """A name like this that nothing else has."""
        wanted = name = plain(like)
        count = 1
        while name.lower() in self._taken:
            count += 1
            name = f"{wanted[:50]}_{count}"
        self._taken.add(name.lower())
        return name


def plain(text: str) -> str:
    """Letters of ASCII, digits and underscores, beginning with a letter: what the flow language allows."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"\W+", "_", bare).strip("_")[:50]
    return name if name and not name[0].isdigit() else f"step_{name}".rstrip("_")


Step = dict[str, Any]

STUB, REVIEW = "stub", "review"

LITERALS = ("true", "false", "nil", "null", "blank", "empty")
"""Words that mean a value in a condition."""

OBEYED = frozenset(
    {*ALWAYS_STOP, *ALWAYS_START, *ALWAYS_HELP, "person", "human", "operator", "someone", "menu", "options", "forget",
     "ayuda", "parar", "baja", "persona", "operador", "operadora", "alguien", "opciones", "olvidar"}
)  # fmt: skip
"""Words that are obeyed everywhere, or in the words that come with us, where nobody says which words are meant."""

_ONE_MORE = re.compile(r"\|\s*(plus|minus)\s*:\s*\d+\s*}}\s*$")

CHOOSES = "its words choose what is said, and the words of every choice are there now: rewrite them"

NUMBERS = "phone numbers of contacts are never said or kept in variables"


@dataclass
class StudioDraft:
    """The work on one flow for one channel (or both, where nothing in it is for one alone).

    after: what the widgets that were turned lead to and that is still to be turned. needs: steps that Studio does not
    have and that some step leads to. subflows: sid of a flow in Studio -> name of ours. obeyed: whether a word is
    obeyed before any question, so that it can be no answer.
    """

    export: Export
    channel: Channel
    report: ImportReport
    subflows: Mapping[str, str] = field(default_factory=dict)
    obeyed: Callable[[str], bool] = OBEYED.__contains__
    ids: Names = field(default_factory=Names)
    variables: Names = field(default_factory=lambda: Names({*RESERVED, *LITERALS}))
    kinds: dict[str, str] = field(default_factory=dict)
    set_here: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    needs: dict[str, str] = field(default_factory=dict)
    absorbed: set[str] = field(default_factory=set)
    base: str = field(init=False)
    counters: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        spoken = Counter(code for state in self.export.states.values() if (code := language_of(state)))
        self.base = spoken.most_common(1)[0][0] if spoken else "en"
        self.counters = counters(self.export)

    # --- where it goes --------------------------------------------------------------------------------------

    def id(self, state: State) -> str:
        return self.ids.of(state.name)

    def go(self, state: State, *events: str) -> str | None:
        """The step that the first of these events that is connected leads to; None if none is."""
        return self.goes_to(state.next(*events))

    def goes_to(self, name: str | None) -> str | None:
        """The step of the widget of that name, which will be turned too; None if there is none."""
        if name is None or name not in self.export.states or name == self.export.trigger.name:
            return None
        self.after.append(name)
        return self.ids.of(name)

    def onward(self, state: State, *events: str) -> str:
        """Like `go`; where nothing is connected, Studio stops there, and so do we."""
        return self.go(state, *events) or self.need("finish")

    def need(self, what: str) -> str:
        """The id of one of the steps that are added at the end."""
        if what not in self.needs:
            self.needs[what] = self.ids.free(what)
        return self.needs[what]

    # --- what is said ---------------------------------------------------------------------------------------

    def words(self, state: State, source: str) -> tuple[Any, list[str]]:
        """(a text slot, what was lost in it) of something that is said."""
        made = self.translated(source)
        self.shown |= made.names
        code = language_of(state)
        return ({code: made.text} if code and code != self.base else made.text), made.lost

    def translated(self, source: str) -> Words:
        """A string with our names in its placeholders."""
        return liquid.translate(source, self.resolve)

    def resolve(self, path: tuple[str, ...]) -> tuple[str | None, str]:
        """What a path of Studio's is called here, or why it is called nothing."""
        match path:
            case ("flow", "variables" | "data", name) | ("trigger", "parent" | "request", "parameters", name):
                return self.variable(name), ""
            case ("widgets", widget, "inbound", "Body") | ("widgets", widget, "Digits" | "SpeechResult"):
                return self.answer(widget), ""
            case ("flow", "channel", "address") | ("trigger", _, "To" | "to"):
                return "line.number", ""
            case ("contact", "channel", "address") | ("trigger", _, "From" | "from" | "Author"):
                return None, NUMBERS
            case ("widgets", _, "RecordingUrl" | "RecordingSid" | "TranscriptionText" | "RecordingDuration"):
                return None, "a message is in the inbox of the team, not in a variable"
            case ("trigger", "message" | "conversation", "Body"):
                return None, "what they write first is read by `keywords` in lines.yaml"
            case ("widgets", widget, *_):
                return None, f"nothing here has what the widget {widget!r} answered"
        return None, "there's no such name here"

    def variable(self, name: str) -> str:
        """The variable that a variable of Studio's becomes."""
        ours = self.variables.of(f"variable {name}", name)
        self.kinds[ours] = "int" if name in self.counters else "text"
        return ours

    def answer(self, widget: str, kind: str | None = None) -> str:
        """The variable that keeps the answer to a widget."""
        ours = self.variables.of(f"answer {widget}", f"{plain(widget)}_answer")
        if kind is not None:
            self.kinds[ours] = kind
        self.kinds.setdefault(ours, "text")
        return ours

    # --- what is told ---------------------------------------------------------------------------------------

    def mark(self, state: State, step: Step, lost: list[str], reason: str = "") -> Step:
        """The step, with a note for review if anything was lost or guessed; and all of it in the report.

        Where words were lost that choose what is said, it is a stub.
        """
        told = [*([reason] if reason else []), *lost]
        if any(isinstance(part, StudioChoice) for part in lost):
            return self.stub(state, step, f"{CHOOSES} ({'; '.join(told)})")
        for part in told:
            self.report.note("review", state.name, part)
        if told:
            step["note"] = f"{REVIEW}: {'; '.join(told)}"[:600]
        self.report.note("mapped", state.name, f"{state.type} became {'`' + verb(step) + '`'}")
        return step

    def stub(self, state: State, step: Step, reason: str) -> Step:
        """The step, marked as one that somebody has to write."""
        self.report.note("stub", state.name, f"{state.type or 'a widget'}: {reason}")
        step["note"] = f"{STUB}: {state.type or 'a widget'}: {reason}"[:600]
        return step

    def stub_again(self, step: Step, reason: str) -> None:
        """A step that was turned already is a stub after all, for this reason too."""
        self.report.note("stub", step["id"], reason)
        before = str(step.get("note", "")).removeprefix(f"{STUB}: ").removeprefix(f"{REVIEW}: ")
        step["note"] = f"{STUB}: {'; '.join(part for part in (reason, before) if part)}"[:600]


def counters(export: Export) -> frozenset[str]:
    """Variables of Studio's that never hold anything but whole numbers."""
    values: dict[str, list[str]] = {}
    for state in export.states.values():
        for key, value in state.pairs("variables") if state.type == "set-variables" else ():
            values.setdefault(key, []).append(value)
    return frozenset(key for key, several in values.items() if all(_counts(value) for value in several))


def _counts(value: str) -> bool:
    return (value.isascii() and value.isdigit() and len(value) < 10) or bool(_ONE_MORE.search(value))


def language_of(state: State) -> str | None:
    """The language in which a widget speaks, without its region; None if it does not say."""
    code = (state.text("language") or state.text("gather_language")).split("-")[0]
    return code if LANGUAGE.fullmatch(code) else None


def verb(step: Step) -> str:
    """The verb of a step that was made here: its first key after the id."""
    return next(key for key in step if key != "id")
