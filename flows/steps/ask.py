"""`ask`: the question once, its options as often as needed; silence and nonsense are counted apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, Strict, model_validator

from flows.engine import effects
from flows.engine.run import DANGER, Run
from flows.engine.step import Said, Step
from flows.engine.variables import set_variable
from flows.model.step import LONG, Choice, Exit, Flag, Name, PerChannel, Range, Whole
from flows.model.template_filters import phone, say_time, spell
from flows.model.text import Channel, Path, Shape, Text, Value, WordList
from flows.words.answer_words import fold_known
from flows.words.folding import clean, fold
from flows.words.matching import Option, is_sentence, match_choice, match_number, match_phone, match_time, match_yes_no
from flows.words.reactions import Reaction

MOST_HINTS = 40
UNANSWERED = frozenset({"timeout", "invalid", "skip", "empty", "hung_up"})


class Number(Shape):
    """A number from `min` to `max`, both included."""

    min: Whole = 0
    max: Whole = 999_999
    integer: Flag = True

    @model_validator(mode="after")
    def _ordered(self) -> Number:
        if not 0 <= self.min <= self.max <= 999_999_999:
            raise ValueError("min and max: 0 or more, and min not above max")
        return self


class FreeText(Shape):
    """Anything, up to `max` characters; `skip` lists words that pass the question by."""

    max: Annotated[int, Strict(), Field(ge=1, le=1600)] = 500
    skip: WordList = WordList()

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {} if value is True else value


@dataclass(frozen=True)
class Answer:
    """An answer that was understood: the outcome that it names (None: the step falls through) and what is saved."""

    outcome: str | None
    value: Value


class AskStep(Step):
    """Ask and wait. Exactly one kind of answer; `save` keeps it in a variable."""

    verb = "ask"
    fill = "#e8f1fb"
    opens = True
    is_question = True
    wants_someone = True
    always_waits = True
    keeps = True
    risk = "words"
    ordered = frozenset({"choices"})
    listens = "answer"
    slots_are = {
        "ask": "asked", "invalid": "said when an answer wasn't understood",
        "choices": "a choice, in the middle of a sentence",
    }  # fmt: skip
    KINDS: ClassVar[tuple[str, ...]] = ("choices", "number", "yes_no", "text", "phone", "time")

    ask: Text
    choices: Annotated[Mapping[Name, Choice] | None, Field(min_length=1, max_length=20)] = None
    number: Number | None = None
    yes_no: Literal[True] | None = None
    text: FreeText | None = None
    phone: Literal[True] | None = None
    time: Literal[True] | None = None
    save: Name | None = None
    wait: PerChannel = PerChannel()
    tries: Annotated[int, Strict(), Field(ge=1, le=9)] | None = None
    remind: Annotated[int, Strict(), Field(ge=0, le=1)] = 0
    invalid: Text | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> AskStep:
        kinds = [kind for kind in self.KINDS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none"
            raise ValueError(f"exactly one kind of answer is needed ({', '.join(self.KINDS)}), found {found}")
        return self

    @property
    def kind(self) -> str:
        """Which of `KINDS` it asks for."""
        return next(kind for kind in self.KINDS if getattr(self, kind) is not None)

    def answers(self) -> frozenset[str]:
        """Outcomes that an understood answer leads to by name (a number or a text falls through)."""
        if self.choices:
            return frozenset(self.choices)
        if self.yes_no:
            return frozenset({"yes", "no"})
        return frozenset({"skip"}) if self.text and self.text.skip.words() else frozenset()

    def required_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """`timeout` and `invalid`, and `hung_up` where there are calls."""
        return frozenset({"timeout", "invalid", "hung_up"} if "voice" in channels else {"timeout", "invalid"})

    def possible_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        return self.required_outcomes(channels) | self.answers()

    # --- where it leads ---

    def exits(self, channels: tuple[Channel, ...], onward: str) -> Iterator[Exit]:
        """Its outcomes; an answer that names none goes on."""
        yield from self.named_exits(channels, onward)
        if not (self.choices or self.yes_no):
            yield Exit(self.id, "answer", onward)

    def in_order(self, channels: tuple[Channel, ...]) -> tuple[str, ...]:
        possible = self.possible_outcomes(channels)
        if self.choices or self.yes_no:
            first = tuple(self.choices or ("yes", "no"))
        else:
            first = tuple(outcome for outcome in self.then if outcome in possible)
        rest = possible - set(first)
        return (*first, *(outcome for outcome in ("skip", "invalid", "timeout", "hung_up") if outcome in rest))

    # --- what it says and understands ---

    def slots(self) -> Iterator[tuple[Path, Text]]:
        """The question, the labels of its choices, and what is said to nonsense."""
        yield ("ask",), self.ask
        for name, choice in self.menu.items():
            yield ("choices", name, "label"), choice.label
        if self.invalid:
            yield ("invalid",), self.invalid

    def word_lists(self) -> Iterator[tuple[Path, WordList]]:
        """Of each choice, and those that pass the question by."""
        for name, choice in self.menu.items():
            yield ("choices", name, "words"), choice.words
        if self.text is not None:
            yield ("text", "skip"), self.text.skip

    @property
    def opening(self) -> Text | None:
        return self.ask

    @property
    def menu(self) -> Mapping[str, Choice]:
        return self.choices or {}

    def options(self, language: str, channel: str) -> str:
        if self.yes_no:
            return "Reply YES or NO." if channel == "sms" else "Press 1 for yes or 2 for no."
        labels = []
        for choice in self.menu.values():
            picked = choice.label.pick("sms" if channel == "sms" else "voice", (language,))
            if picked and channel in choice.channels:
                labels.append(
                    f"{choice.key} {picked.text}" if channel == "sms" else f"{picked.text}, press {choice.key}."
                )
        if not self.choices:
            return ""
        return f"Reply {', '.join(labels)}." if channel == "sms" else " ".join(f"To {label}" for label in labels)

    def open_keys(self, channel: Channel) -> tuple[str, ...]:
        """Those of its choices, the digits of a small number, 1 and 2 for yes and no."""
        if self.choices:
            return tuple(choice.key for choice in self.choices.values() if channel in choice.channels)
        if self.number and self.number.max <= 9:
            return tuple(str(number) for number in range(self.number.min, self.number.max + 1))
        return ("1", "2") if self.yes_no else ()

    # --- what it keeps ---

    @property
    def declares(self) -> str | None:
        return self.save

    def sets(self, name: str, outcome: str) -> bool:
        """An answer that was understood is kept."""
        return self.save == name and outcome not in UNANSWERED

    def saved(self, name: str) -> Range | None:
        """A number between two ends, the name of a choice, or anything."""
        if self.save != name:
            return None
        return Range(
            (self.number.min, self.number.max) if self.number else None, tuple(self.choices) if self.choices else None
        )

    # --- how it is shown ---

    def box(self, language: str) -> str:
        return f"“{self.ask.short(language)}”"

    def sentence(self, language: str) -> str:
        return f"We ask: “{self.ask.short(language, LONG)}” {self._answers(language)}".rstrip()

    def _answers(self, language: str) -> str:
        if self.choices:
            labels = (f"{choice.key} {choice.label.short(language)}" for choice in self.choices.values())
            return f"({', '.join(labels)})"
        if self.number:
            return f"(a number from {self.number.min} to {self.number.max})"
        kinds = {"yes_no": "(yes or no)", "text": "(their own words)", "phone": "(a phone number)", "time": "(a time)"}
        return kinds[self.kind]

    def when(self, way: Exit, language: str) -> str | None:
        """A choice by its key and label."""
        choice = self.menu.get(way.outcome)
        return f"If they choose {choice.key}, “{choice.label.short(language)}”" if choice else None

    def facts(self, found: dict[str, str]) -> dict[str, str]:
        if self.kind != "choices":
            found.pop(self.kind, None)
        return {"answer": self.kind, **found}

    def asks_otherwise(self, after: Any) -> str | None:
        """They were told what to answer: the kind, the choices with their keys, and the range must be the same."""
        if self.kind != after.kind:
            return f"it asked for {self.kind} and asks for {after.kind}"
        if _keys(self) != _keys(after):
            return "its choices or their keys are others"
        return "its range is another" if self.number != after.number else None

    # --- how it runs ---

    def enter(self, run: Run) -> str | None:
        run.new_question()
        run.scratch["last_ask"] = run.speak(self.ask)[:600]
        self._say_options(run)
        self._wait(run)
        return None

    def hear(self, run: Run, said: Said) -> str | None:
        """What an answer leads to; None when we ask again."""
        if "confirm" in run.scratch:
            return self._confirmed(run, said)
        answer = self._understand(run, said)
        if answer is None:
            return self._not_understood(run, said)
        if self.phone or self.time:
            run.scratch["confirm"] = answer.value
            self._read_back(run)
            self._wait(run)
            return None
        return self._taken(run, answer)

    def silent(self, run: Run) -> str | None:
        """Nothing was pressed or said: ask again, or give up."""
        run.silences += 1
        if run.silences >= run.most_tries(self.tries):
            return run.outcome(self, "timeout")
        self._again(run, why="silent")
        return None

    def _again(self, run: Run, why: str) -> None:
        """Ask once more.

        why: `invalid` (not understood), `sentence` (not understood, and more than an answer, or said by somebody in
        danger: a person is offered), `silent`, or `same` (something else came between).
        """
        if "confirm" in run.scratch:
            self._read_back(run)
        else:
            own_words = why == "invalid" and self.invalid is not None and bool(run.speak(self.invalid))
            if why == "sentence":
                run.say("offered_person")
            if why == "invalid" and not own_words:
                run.say("not_understood")
            if why == "same" or (why == "silent" and not self.choices):
                run.speak(self.ask)
            self._say_options(run, again=True, own_words=own_words)
        self._wait(run)

    def choose(self, run: Run, name: str) -> str:
        """Where the choice of this name leads, as if it had been the answer."""
        return self._taken(run, Answer(name, name))

    def _not_understood(self, run: Run, said: Said) -> str | None:
        run.tries += 1
        if run.tries >= run.most_tries(self.tries):
            return run.outcome(self, "invalid")
        sentence = not said.by_keys and not (self.phone or self.time) and is_sentence(said.words)
        self._again(run, why="sentence" if sentence or run.scratch.get(DANGER) else "invalid")
        return None

    def _taken(self, run: Run, answer: Answer) -> str:
        run.chosen = True
        if self.save and answer.outcome != "skip":
            set_variable(run, self.save, answer.value)
        return run.outcome(self, answer.outcome) if answer.outcome else run.after(self)

    def _confirmed(self, run: Run, said: Said) -> str | None:
        """The answer to "is that right?"."""
        agreed = self._understand(run, said, confirm=True)
        if agreed is not None and agreed.outcome == "yes":
            return self._taken(run, Answer(None, run.scratch.pop("confirm")))
        run.tries += 1
        if run.tries >= run.most_tries(self.tries):
            return run.outcome(self, "invalid")
        if agreed is not None:
            run.scratch.pop("confirm")
            run.speak(self.ask)
            self._wait(run)
            return None
        self._again(run, why="same")
        return None

    def _wait(self, run: Run) -> None:
        """Stop until an answer comes; on a call, say how it may come."""
        if run.channel == "voice":
            digits, finish, hints = ("confirm" in run.scratch and (1, "", ())) or self._keys_and_hints(run)
            run.emit(effects.Ask(run.language, run.voice_wait(self.wait.voice), digits, finish, True, hints))
        wait = run.sms_wait(self.wait.sms)
        remind = wait / 2 if self.remind and not run.scratch.get("reminded") else None
        run.await_("answer", wait / 2 if run.scratch.get("reminded") else wait, remind)

    def _understand(self, run: Run, said: Said, *, confirm: bool = False) -> Answer | None:
        """The answer, or None if it is not understood. `confirm`: a yes or no about what was read back."""
        words = clean(said.words).strip("#") if said.by_keys else clean(said.words)
        if not words:
            return None
        if confirm or self.yes_no:
            return _yes_no(run, words, said.by_keys)
        if self.choices:
            return self._choice(run, words, said.by_keys)
        if self.number:
            number = match_number(words, self.number.min, self.number.max, run.library.answers)
            return None if number is None else Answer(None, number)
        if self.text:
            return self._text(words, said.by_keys)
        found = match_phone(words, run.line.countries) if self.phone else _time(words, said.by_keys)
        return None if found is None else Answer(None, found)

    def _read_back(self, run: Run) -> None:
        """Say what was understood, and ask whether it is right."""
        value = str(run.scratch.get("confirm", ""))
        if self.phone:
            shown = spell(value) if run.channel == "voice" else phone(value)
        else:
            hour, _, minute = value.partition(":")
            words = run.library.words.get(run.language.split("-")[0])
            shown = say_time(int(hour), int(minute), words.clock if words else 24)
        run.say("read_back", value=shown)

    def _choice(self, run: Run, words: str, by_keys: bool) -> Answer | None:
        options = self._options(run)
        if by_keys:
            name = next((option.name for option in options if option.key == words), None)
        else:
            name = match_choice(words, options, run.library.answers)
        return None if name is None else Answer(name, name)

    def _say_options(self, run: Run, *, again: bool = False, own_words: bool = False) -> None:
        """Say how to answer.

        A number is explained only when it was not understood and the flow has no words of its own for that.
        """
        if self.choices:
            self._say_choices(run)
        elif self.yes_no:
            run.say("yes_no")
        elif self.number and again and not own_words and run.tries:
            run.say("number", min=self.number.min, max=self.number.max)

    def _keys_and_hints(self, run: Run) -> tuple[int | None, str, tuple[str, ...]]:
        """For a call: how many keys end the answer (None: until `#`), the key that ends it, and words to expect."""
        if self.choices:
            keys = [choice.key for _, choice in self._offered(run)]
            hints = tuple(
                dict.fromkeys(word for _, choice in self._offered(run) for word in self._expected(run, choice))
            )
            element = all(len(key) == 1 for key in keys)
            return (1 if element else None), ("" if element else "#"), hints[:MOST_HINTS]
        if self.yes_no:
            return 1, "", _yes_and_no(run)
        if self.number and self.number.max <= 9:
            return 1, "", tuple(str(number) for number in range(self.number.min, self.number.max + 1))
        return None, "#", ()

    def _offered(self, run: Run) -> Iterator[tuple[str, Choice]]:
        """The choices of this channel by name."""
        return ((name, choice) for name, choice in (self.choices or {}).items() if run.channel in choice.channels)

    def _options(self, run: Run) -> list[Option]:
        """The choices with everything that means them, in all languages."""
        return [
            Option(name, choice.key, _meanings(run, choice), tuple(map(fold_known, self._expected(run, choice))))
            for name, choice in self._offered(run)
        ]

    def _expected(self, run: Run, choice: Choice) -> Iterator[str]:
        """Words that speech recognition may expect, in the language of the question."""
        language = _language_of(run, self.ask)
        label = choice.label.pick(run.channel, [language, *run.chain()])
        if label is not None:
            yield run.fill(label.text)
        yield from choice.words.words(language)

    def _say_choices(self, run: Run) -> None:
        language = _language_of(run, self.ask)
        said = []
        for _, choice in self._offered(run):
            label = choice.label.pick(run.channel, [language, *run.chain()])
            if label is not None:
                run.in_language(label.language, language)
                said.append(run.sentence("option", language, key=choice.key, label=run.fill(label.text))[0])
        if not said:
            return
        joined = (", " if run.channel == "sms" else " ").join(said)
        words, spoken = run.sentence("options", language, options=joined)
        run.emit(effects.Say(words, spoken))

    def _text(self, words: str, by_keys: bool) -> Answer | None:
        assert self.text is not None
        if fold(words) in map(fold_known, self.text.skip.words()):
            return Answer("skip", None)
        return None if by_keys else Answer(None, words[: self.text.max])

    def ask_again(self, run: Run, *, quietly: bool = False) -> None:
        if quietly:
            self._wait(run)
        else:
            self._again(run, why="same")

    def timed_out(self, run: Run) -> str | None:
        """By text silence is given up at once: there was a reminder."""
        return run.outcome(self, "timeout")

    def understands(self, run: Run, said: Said) -> bool:
        """Whether these words are an answer, or a yes or no to what was read back."""
        return self._understand(run, said, confirm="confirm" in run.scratch) is not None

    def takes_any(self) -> bool:
        return self.text is not None

    def takes_nought(self) -> bool:
        return any(choice.key == "0" for choice in self.menu.values()) or (
            self.number is not None and self.number.min == 0
        )

    def liked(self, run: Run, reaction: Reaction) -> Said | None:
        """A thumb on the open question of yes or no is its answer, any other is none."""
        confirming = "confirm" in run.scratch
        if reaction.likes is None or not (self.yes_no or confirming):
            return None
        asked = fold(str(run.scratch.get("last_ask", "")))
        return Said("1" if reaction.likes else "2") if confirming or asked in fold(reaction.quoted) else None


def _keys(step: AskStep) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {name: (choice.key, choice.channels) for name, choice in step.menu.items()}


def _yes_no(run: Run, words: str, by_keys: bool) -> Answer | None:
    meant = {"1": True, "2": False}.get(words) if by_keys else match_yes_no(words, run.library.answers)
    return None if meant is None else Answer("yes" if meant else "no", meant)


def _time(words: str, by_keys: bool) -> str | None:
    if not by_keys:
        return match_time(words)
    digits = words.zfill(4) if len(words) == 3 else words
    return match_time(f"{digits[:2]}:{digits[2:]}") if len(digits) == 4 and digits.isdigit() else match_time(digits)


def _yes_and_no(run: Run) -> tuple[str, ...]:
    code = run.language if run.language in run.library.words else run.language.split("-")[0]
    words = run.library.words.get(code)
    return tuple(word for word in (*words.yes, *words.no) if len(word) > 1 and word.isalpha()) if words else ()


def _meanings(run: Run, choice: Choice) -> tuple[str, ...]:
    labels = (run.fill(source) for _, _, source in choice.label.sources())
    return tuple(dict.fromkeys(map(fold_known, (*labels, *choice.words.words()))))


def _language_of(run: Run, question: Text) -> str:
    """The language in which the question was asked: its options are said in the same."""
    picked = question.pick(run.channel, run.chain())
    return picked.language if picked else run.language
