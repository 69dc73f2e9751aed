"""`story`: other people's stories, heard or read, and handing in one's own.

After a crisis match no story starts by itself: unless the contact asked for it in this very turn, the step leads to
`peer` where the flow has that outcome, else to `none`. While or after a story is told, a listener can say: next, again,
another, thanks, a peer, enough, report.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, Strict, model_validator

from flows.engine import effects
from flows.engine.inputs import Input, NoStory, StoryFound
from flows.engine.navigation import to_person
from flows.engine.run import Run
from flows.engine.step import STALE, Said, Step
from flows.model.durations import Duration
from flows.model.step import Exit, Name, Topic
from flows.model.text import Channel, Path, Shape
from flows.words.folding import clean, fold
from flows.words.segments import split

PART_SEGMENTS = 3
ONCE_MORE = 5
"""Seconds that are heard again by somebody who comes back to a story, to find their way in."""
WORDS_A_MINUTE = 150
LONGEST_NOTE = 200
LONGEST_TRANSCRIPT = 5000
"""Characters of a story that are sent by text; what is longer is heard on the phone."""

KEYS = {"1": "next", "2": "again", "3": "thanks", "7": "report", "9": "peer"}
SEGMENTS, MINUTES = 6, 2.0
TIP_SEGMENTS, TIP_MINUTES = 2, 0.3
"""About what a story, and a tip, takes."""


class StoryPart(Shape):
    """Play: `topic`, `pick`, `max`, `kind`. Submit: `submit` (a variable), `topic`, `credit`, `state`, `forget_after`.

    pick `unfinished`: the one that they left before its end. kind `tip`: said whole, and the flow goes on.
    """

    topic: str | None = None
    kind: Literal["story", "tip"] = "story"
    pick: Literal["unheard", "newest", "random", "unfinished"] = "unheard"
    max: Annotated[int, Strict(), Field(ge=1, le=20)] = 3
    submit: Name | None = None
    credit: str | None = None
    state: Literal["waiting_review", "private"] = "waiting_review"
    forget_after: Duration | None = None

    @model_validator(mode="after")
    def _one_side(self) -> StoryPart:
        given = self.model_fields_set
        if self.submit is None and given & {"credit", "state", "forget_after"}:
            raise ValueError("credit, state and forget_after belong to a story with `submit`")
        if self.submit is not None and given & {"pick", "max", "kind"}:
            raise ValueError("pick, max and kind belong to a story that is played, not to `submit`")
        if self.kind == "tip" and (self.pick == "unfinished" or "max" in given):
            raise ValueError("a tip is told whole and alone: leave out max and `pick: unfinished`")
        return self


class StoryStep(Step):
    """Play a story by someone who has been there, or hand in the contact's own."""

    verb = "story"
    fill = "#eef7ea"
    wants_someone = True
    keeps = True
    risk = "always"
    listens = "story_keys"
    story: StoryPart
    PLAY: ClassVar[frozenset[str]] = frozenset({"finished", "none"})
    MORE: ClassVar[frozenset[str]] = frozenset({"nothing_yet"})

    def required_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """`finished` and `none` when it plays; nothing when it submits."""
        return frozenset() if self.story.submit else self.PLAY

    def possible_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """Those, `nothing_yet` (of none, where there are no stories at all), and for stories three more."""
        if self.story.kind == "tip":
            return self.PLAY | self.MORE
        return frozenset() if self.story.submit else self.PLAY | self.MORE | {"stopped", "peer", "hung_up"}

    # --- where it leads, what it needs ---

    @property
    def waits(self) -> bool:
        return self.story.submit is None

    def exits(self, channels: tuple[Channel, ...], onward: str) -> Iterator[Exit]:
        """Its outcomes; handing in simply goes on."""
        yield from self.named_exits(channels, onward)
        if self.story.submit:
            yield Exit(self.id, "next", onward, "silent")

    def formulas(self) -> Iterator[tuple[Path, str, bool]]:
        for name in ("topic", "credit"):
            if value := getattr(self.story, name):
                yield ("story", name), value, False

    def topic(self) -> Topic | None:
        return Topic(self.story.topic, bool(self.story.submit)) if self.story.topic is not None else None

    @property
    def submits(self) -> str | None:
        return self.story.submit

    @property
    def shares(self) -> str | None:
        """The contact's own story, if it is to be reviewed for others."""
        return self.story.submit if self.story.state == "waiting_review" else None

    @property
    def minutes(self) -> float:
        if self.story.submit:
            return 0.0
        return TIP_MINUTES if self.story.kind == "tip" else MINUTES * self.story.max

    @property
    def segments(self) -> int:
        if self.story.submit:
            return 0
        return TIP_SEGMENTS if self.story.kind == "tip" else SEGMENTS * self.story.max

    def box(self, language: str) -> str:
        return f"hand in {self.story.submit} ({self.story.state})" if self.story.submit else "play a story"

    def sentence(self, language: str) -> str:
        if self.story.submit:
            return f"We keep their {self.story.submit}, {self.story.state.replace('_', ' ')}."
        return "We tell a tip." if self.story.kind == "tip" else f"We tell up to {self.story.max} stories."

    # --- how it runs ---

    def enter(self, run: Run) -> str | None:
        if self.story.submit:
            return self._submit(run, self.story.submit)
        if run.facts.crisis and not run.chosen:
            return run.outcome(self, "peer", "none")
        run.new_question()
        run.scratch["story"] = None
        return self._choose(run)

    def _found(self, run: Run, what: StoryFound) -> str | None:
        """A story was chosen: its note first, then how long it is, then the story. By text the note stands alone."""
        count = int((run.scratch.get("story") or {}).get("count", 0)) + 1
        run.scratch.setdefault("heard", []).append(what.story)
        if what.language.split("-")[0] != run.language.split("-")[0]:
            words = run.library.words.get(what.language.split("-")[0])
            run.say("story_language", language=words.name if words else what.language)
        note = clean(what.note, LONGEST_NOTE)
        if note:
            run.say("story_note", note=note)
        if self.story.kind == "tip":
            run.emit(
                effects.NoteListen(what.story, "started"),
                effects.Say(clean(what.transcript, LONGEST_TRANSCRIPT), what.language),
            )
            run.emit(effects.NoteListen(what.story, "finished"))
            return run.outcome(self, "finished")
        kept: dict[str, Any] = {"id": what.story, "count": count, "language": what.language, "seconds": what.seconds}
        kept["noted"] = bool(note)
        if run.channel == "sms" or not what.seconds:
            kept["parts"] = _parts(run, what)
            kept["part"] = min(round(what.reached * len(kept["parts"])), len(kept["parts"]) - 1)
        else:
            kept["begin"] = max(0, round(what.reached * what.seconds) - ONCE_MORE)
        run.scratch["story"] = kept
        _announce(run, kept)
        if note and run.channel == "sms":
            kept["part"] -= 1
        else:
            _tell(run)
        _begun(run)
        _listen(run, keys=True)
        return None

    def _none_found(self, run: Run, what: NoStory) -> str | None:
        """No story fits: `none` (in an empty library `nothing_yet`); after one was heard, it is the end of them."""
        if not run.scratch.get("story"):
            return run.outcome(self, *(("nothing_yet", "none") if what.empty else ("none",)))
        run.say("story_no_more")
        return run.outcome(self, "finished")

    def hear(self, run: Run, said: Said) -> str | None:
        """Do what the listener wants; None when we go on listening."""
        run.chosen = True
        wish = wish_of(run, said)
        kept = run.scratch["story"]
        _begun(run)
        if run.facts.story_gone and wish in ("next", "again"):
            return self._gone(run)
        if wish == "next" and kept.get("parts") and run.channel == "sms" and kept["part"] + 1 < len(kept["parts"]):
            kept["part"] += 1
            _tell(run)
            _begun(run)
            _listen(run, keys=kept["part"] + 1 == len(kept["parts"]))
            return None
        match wish:
            case "next" | "another":
                return self._another(run)
            case "again":
                kept["part"], kept["begin"] = 0, 0
                _tell(run)
                _begun(run)
                _listen(run, keys=False)
            case "thanks":
                run.emit(effects.NoteListen(kept["id"], "thanked"))
                run.say("story_thanked")
                _listen(run, keys=run.channel == "voice")
            case "peer":
                self.leave(run)
                return run.outcome(self, "peer") if "peer" in self.then else to_person(run)
            case "report":
                run.emit(effects.NoteListen(kept["id"], "reported"))
                run.say("story_reported")
                return run.outcome(self, "stopped", "finished")
            case "stop_reading":
                return self.stop(run)
            case _:
                return self._not_understood(run)
        return None

    def silent(self, run: Run) -> str | None:
        """Silence: on a call the story was heard to its end; by text it was, if its last part was sent."""
        kept = run.scratch["story"]
        _begun(run, over=True)
        unread = run.channel == "sms" and kept["part"] + 1 < len(kept["parts"])
        if unread:
            return self.stop(run)
        run.emit(effects.NoteListen(kept["id"], "finished"))
        return run.outcome(self, "finished")

    def stop(self, run: Run) -> str | None:
        self.leave(run)
        return run.outcome(self, "stopped", "finished")

    def _another(self, run: Run) -> str | None:
        """One more, if the self has not told its measure."""
        kept = run.scratch["story"]
        read = run.channel == "sms" and kept["part"] + 1 >= len(kept["parts"])
        run.emit(effects.NoteListen(kept["id"], "finished" if read else "skipped"))
        return self._one_more(run)

    def _gone(self, run: Run) -> str | None:
        """It was taken back while they were in it: not one more word of it is said, and nothing is kept of it."""
        run.scratch["story"]["parts"], run.scratch["story"]["part"] = [""], 0
        run.say("story_gone")
        return self._one_more(run)

    def _one_more(self, run: Run) -> str | None:
        if run.scratch["story"]["count"] >= self.story.max:
            return run.outcome(self, "finished")
        return self._choose(run)

    def _not_understood(self, run: Run) -> str | None:
        run.tries += 1
        if run.tries >= run.most_tries():
            return self.stop(run)
        _listen(run, keys=True)
        return None

    def _choose(self, run: Run) -> str | None:
        """Ask for a story not told in this conversation. After one that was taken up again come unheard ones."""
        part = self.story
        topic = run.fill(part.topic).strip() if part.topic else ""
        told = tuple(run.scratch.get("heard", []))
        pick = "unheard" if part.pick == "unfinished" and run.scratch.get("story") else part.pick
        if not run.muted:
            wanted = None if topic in ("", "any") else topic
            run.emit(effects.ChooseStory(wanted, run.language, pick, told, part.kind))
        run.await_("story")
        return None

    def _submit(self, run: Run, name: str) -> str | None:
        """Hand in the contact's own story. With nothing recorded there is nothing to hand in."""
        value = run.variables.get(name)
        taken = run.recordings.get(name)
        if value is None:
            return run.after(self)
        part = self.story
        if taken:
            run.scratch.setdefault("handed_in", []).append(taken["id"])
        run.emit(
            effects.SaveStory(
                recording=taken["id"] if taken else None,
                words=(taken.get("words") or None) if taken else str(value),
                topic=_filled(run, part.topic),
                credit=_filled(run, part.credit),
                state=part.state,
                language=run.language,
                forget_after=part.forget_after,
            )
        )
        return run.after(self)

    def leave(self, run: Run) -> None:
        """They go before the story is over, if one is told: note how far they have come."""
        kept = run.scratch.get("story")
        if run.awaiting == "story_keys" and kept:
            _begun(run)
            run.emit(effects.NoteListen(kept["id"], "stopped", _reached(run)))

    def on_event(self, run: Run, what: Input) -> str | None:
        if run.awaiting == "story" and isinstance(what, StoryFound):
            return self._found(run, what)
        if run.awaiting == "story" and isinstance(what, NoStory):
            return self._none_found(run, what)
        return STALE

    def ask_again(self, run: Run, *, quietly: bool = False) -> None:
        _listen(run, keys=not quietly)

    def understands(self, run: Run, said: Said) -> bool:
        return wish_of(run, said) is not None


def wish_of(run: Run, said: Said) -> str | None:
    """What the listener wants: by key, or by a word of any language."""
    words = said.words.strip("# ")
    if words in KEYS:
        return KEYS[words]
    return run.library.answers.story.get(fold(clean(words)))


def _tell(run: Run) -> None:
    """The story's sound, its whole words on a call without sound, or the next part by text."""
    kept = run.scratch["story"]
    if run.channel == "voice" and kept["seconds"]:
        kept["from"] = (run.facts.now + _takes(run)).isoformat()
        run.emit(effects.Play(kept["id"], kept["language"], kept["begin"]))
    elif run.channel == "voice":
        run.emit(effects.Say(" ".join(kept["parts"]), kept["language"]))
    else:
        run.emit(effects.Say(kept["parts"][kept["part"]], kept["language"]))


def _begun(run: Run, *, over: bool = False) -> None:
    """Note that it is heard. With a content note before it, only once the story itself has begun (or is over)."""
    kept = run.scratch["story"]
    if over or run.channel == "sms":
        waits = run.channel == "sms" and kept["part"] < 0
    else:
        waits = "from" in kept and run.facts.now <= datetime.fromisoformat(kept["from"])
    if "noted" in kept and not (kept["noted"] and waits):
        del kept["noted"]
        run.emit(effects.NoteListen(kept["id"], "started"))


def _reached(run: Run) -> float | None:
    """How far the listener has come, 0 to 1: by the clock on a call, by parts in texts. None where that is unknown."""
    kept: dict[str, Any] = run.scratch["story"]
    if run.channel == "sms":
        return float((kept["part"] + 1) / len(kept["parts"]))
    if not kept["seconds"]:
        return None
    played = (run.facts.now - datetime.fromisoformat(kept["from"])).total_seconds()
    return float(min(1.0, max(0.0, (kept["begin"] + max(0.0, played)) / kept["seconds"])))


def _listen(run: Run, *, keys: bool) -> None:
    """Stop until they say what next; `keys`: tell them what they can say."""
    if keys:
        run.say("story_keys")
    if run.channel == "voice":
        run.emit(effects.Ask(run.language, run.voice_wait(), 1, "", True))
    run.await_("story_keys", run.sms_wait())


def _announce(run: Run, kept: dict[str, Any]) -> None:
    """That it goes on where they stopped, or how long it is. One that is a single text needs no announcement."""
    if kept.get("begin") or kept.get("part"):
        run.say("story_goes_on")
    elif run.channel == "voice" and kept["seconds"]:
        run.say("story_length", minutes=round(kept["seconds"] / 60), seconds=-(-kept["seconds"] // 10) * 10)
    elif run.channel == "sms" and len(kept["parts"]) > 1:
        run.say("story_parts", parts=len(kept["parts"]))


def _takes(run: Run) -> timedelta:
    """How long that is spoken which stands before the story in this turn."""
    words = sum(len(part.text.split()) for part in run.effects if isinstance(part, effects.Say))
    return timedelta(minutes=words / WORDS_A_MINUTE)


def _parts(run: Run, what: StoryFound) -> list[str]:
    """The words in parts that, with what stands beside them in the same text, take three segments each."""
    beside = [run.sentence("story_keys")[0], run.sentence("story_parts", parts=99)[0]]
    words = clean(what.transcript, LONGEST_TRANSCRIPT) or clean(what.title) or "..."
    return split(words, PART_SEGMENTS, "\n".join(beside))


def _filled(run: Run, source: str | None) -> str | None:
    return (run.fill(source).strip() or None) if source else None
