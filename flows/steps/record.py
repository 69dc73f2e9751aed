"""`record`: a voice after the tone, or texts until DONE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, Strict, model_validator

from flows.engine import effects
from flows.engine.inputs import Input, Recorded
from flows.engine.run import Run
from flows.engine.step import STALE, Said, Step
from flows.engine.variables import drop_recording, set_variable
from flows.model.durations import Duration
from flows.model.step import LONG, Name
from flows.model.text import Path, Shape, Text
from flows.words.folding import clean

LONGEST_VOICE = timedelta(minutes=3)
LONGEST_TEXT = 3000
SHORTEST = 2
"""Seconds, or letters: less is nothing."""


class Longest(Shape):
    """How much a recording may hold: a length of time on calls, characters by text."""

    voice: Duration | None = None
    sms: Annotated[int, Strict(), Field(ge=100, le=3000)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _voice(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {"voice": value}


class RecordStep(Step):
    """Record what the contact says, or collect their texts until DONE. `inbox` puts it before the team."""

    verb = "record"
    fill = "#e8f1fb"
    wants_someone = True
    always_waits = True
    keeps = True
    risk = "words"
    listens = "recording"
    takes_voice_notes = True
    slots_are = {"record": "said before they leave a message"}
    required = frozenset({"recorded", "empty"})
    possible = frozenset({"hung_up"})
    record: Text
    max: Longest = Longest()
    save: Name | None = None
    inbox: Name | None = None

    # --- what it is to others ---

    def slots(self) -> Iterator[tuple[Path, Text]]:
        yield ("record",), self.record

    @property
    def opening(self) -> Text | None:
        return self.record

    @property
    def person(self) -> Literal["peer", "team"] | None:
        """The team, if it goes to an inbox."""
        return "team" if self.inbox is not None else None

    @property
    def records(self) -> str | None:
        return self.save

    def sets(self, name: str, outcome: str) -> bool:
        """A recording that is there is kept."""
        return self.save == name and outcome not in ("timeout", "invalid", "skip", "empty")

    @property
    def minutes(self) -> float:
        return (self.max.voice or LONGEST_VOICE).total_seconds() / 60

    def box(self, language: str) -> str:
        return f"record: “{self.record.short(language)}”"

    def sentence(self, language: str) -> str:
        inbox = f" It goes to {self.inbox}." if self.inbox else ""
        return f"We record: “{self.record.short(language, LONG)}”{inbox}"

    def asks_otherwise(self, after: Any) -> str | None:
        """They were told what becomes of it."""
        same = (self.save, self.inbox is None) == (after.save, after.inbox is None)
        return None if same else "what is recorded goes elsewhere"

    # --- how it runs ---

    def enter(self, run: Run) -> str | None:
        run.new_question()
        run.scratch["last_ask"] = run.speak(self.record)[:600]
        self._wait(run)
        return None

    def _recorded(self, run: Run, what: Recorded) -> str | None:
        """A recording came in. Shorter than two seconds is none, and is destroyed."""
        if what.hung_up:
            run.gone()
        if self.save:
            drop_recording(run, self.save)
        if what.seconds < SHORTEST:
            run.emit(effects.ForgetRecording(what.recording))
            return self._nothing(run)
        if self.save:
            set_variable(run, self.save, what.recording)
            run.recordings[self.save] = {"id": what.recording, "seconds": what.seconds}
        if self.inbox:
            self._put_before_team(run, recording=what.recording, words=None)
            return None
        return run.outcome(self, *_outcomes(run))

    def take_note(self, run: Run, recording: str, body: str) -> str | None:
        """A voice note came by text: it is the message, with the words that came before it and with it."""
        words = "\n".join([*(run.scratch.pop("texts", None) or []), *([clean(body)] if clean(body) else [])])
        if self.save:
            drop_recording(run, self.save)
            set_variable(run, self.save, recording)
            run.recordings[self.save] = {"id": recording, "seconds": 0, "words": words}
        if self.inbox:
            self._put_before_team(run, recording=recording, words=words or None)
            return None
        return run.outcome(self, "recorded")

    def _collect(self, run: Run, body: str) -> str | None:
        """One of several texts; DONE, or a full measure, ends them."""
        if run.library.matcher.done(body):
            return self._texts_done(run)
        words = clean(body)
        texts: list[str] = run.scratch.setdefault("texts", [])
        most = self.max.sms or LONGEST_TEXT
        room = most - sum(map(len, texts))
        if words:
            texts.append(words[:room])
        if len(words) >= room:
            run.say("collected_all")
            return self._texts_done(run)
        run.say("collecting")
        self._wait(run)
        return None

    def _texts_done(self, run: Run, then: str | None = None) -> str | None:
        """All texts are in: what they lead to. `then`: where the contact asked to go instead (`person`, `menu`)."""
        words = "\n".join(run.scratch.pop("texts", None) or [])
        if len(words) < SHORTEST:
            return self._nothing(run)
        if self.save:
            set_variable(run, self.save, None)
            run.variables[self.save] = words
        if self.inbox:
            self._put_before_team(run, recording=None, words=words, then=then)
            return None
        return run.outcome(self, "recorded")

    def _nothing(self, run: Run) -> str | None:
        return run.outcome(self, *(("hung_up", "empty") if run.muted else ("empty",)))

    def _put_before_team(self, run: Run, then: str | None = None, **message: Any) -> None:
        run.scratch["case_then"] = then
        inbox = self.inbox or "coordinators"
        run.emit(effects.OpenCase("message", inbox, "normal", "left a message", **message))
        run.await_("case")

    def _wait(self, run: Run) -> None:
        if run.channel == "voice":
            run.emit(effects.Record(run.language, self.max.voice or LONGEST_VOICE))
        run.await_("recording", run.sms_wait())

    def hear(self, run: Run, said: Said) -> str | None:
        """One of several texts; on a call we record on."""
        if run.channel == "sms":
            return self._collect(run, said.words)
        self._wait(run)
        return None

    def silent(self, run: Run) -> str | None:
        return self._nothing(run)

    def timed_out(self, run: Run) -> str | None:
        return self._texts_done(run)

    def ask_again(self, run: Run, *, quietly: bool = False) -> None:
        self._wait(run)

    def on_event(self, run: Run, what: Input) -> str | None:
        if isinstance(what, Recorded) and run.awaiting == "recording" and run.channel == "voice":
            return self._recorded(run, what)
        return STALE

    def on_case(self, run: Run, taken: bool) -> str | None:
        """The message is before the team: on in the flow."""
        return run.outcome(self, *_outcomes(run))

    def hand_in(self, run: Run, then: str) -> bool:
        """Texts that were being collected are handed in first."""
        return self._texts_done(run, then=then) is None

    def takes_any(self) -> bool:
        return True


def _outcomes(run: Run) -> tuple[str, ...]:
    return ("hung_up", "recorded") if run.muted else ("recorded",)
