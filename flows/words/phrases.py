"""The words that mean something in every flow, and the sentences that no flow writes itself: `words.yaml`.

Phrases (`refusals`, `crisis`) are words in a row, written as people write them:

- `a|b` either word, `[a|b]` a word that may be missing, `...` up to three other words, `suicid*` any ending
- `<pills>` any word of that group of `groups`, alone or among others (`<pills>|bottle`)
- `<name>` in refusals: any word that is written like a name, and those of the group `name`
- case, accents, punctuation, spacing, digits for letters and one slip in a longer word do not matter
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from flows.model.durations import Duration
from flows.model.text import LANGUAGE, Shape, Text

ObeyedKind = Literal["stop", "start", "help", "forget", "person", "menu", "pause", "withdraw", "language"]
"""Words that are obeyed before any flow: those of each stand in words.yaml, flows/engine/safety.py does what they want.
One that carries nothing beside itself, as MENU, is heard where it is the whole text, and needs a line here alone."""

GlobalKind = Literal[ObeyedKind, "done"]
StoryWord = Literal["next", "again", "another", "thanks", "stop_reading", "peer", "report"]

ALWAYS_STOP = ("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out")
"""Opt-out words that no file can take away (47 CFR 64.1200(a)(10), and the words that the network itself obeys)."""

ALWAYS_START = ("start", "unstop")
ALWAYS_HELP = ("help",)
NAME = "somebodysname"
"""What a name becomes where refusals are read: `<name>` in a phrase is any word that looks like one."""

ASKS_WHO = ("info",)
"""The networks' other word for HELP. It asks who we are and is no cry: it has the same answer, and alarms nobody."""

SENTENCES = (
    "introduction", "help", "crisis", "after_danger", "stopped", "started", "forget_ask", "forgotten", "forget_kept",
    "paused",
    "withdrawn", "withdraw_unknown", "language_changed", "offered_person", "maybe_stop",
    "texts_only", "calls_only", "not_understood", "not_heard", "media_not_read",
    "with_a_person", "last_resort", "options", "option", "yes_no", "number", "read_back", "reminder",
    "choose_language", "collecting", "collected_all", "story_note", "story_language", "story_keys", "story_thanked",
    "story_reported", "story_no_more", "story_gone", "open_now", "today_at", "tomorrow_at", "day_at", "date_at",
)  # fmt: skip
"""Sentences that the engine says; a language may have more of them, for the services."""

Words = tuple[str, ...]

_GROUP = re.compile(r"<([a-z_]+)>")


def spell_out(phrases: Words, groups: Mapping[str, Words]) -> Words:
    """These phrases with each `<group>` replaced by its words. Raises ValueError for a group that there is not."""

    def members(found: re.Match[str]) -> str:
        if found[1] not in groups:
            raise ValueError(f"there is no group {found[0]}")
        return "|".join(groups[found[1]])

    return tuple(_GROUP.sub(members, phrase) for phrase in phrases)


class Rule(Shape):
    """Phrases that are signs of the same thing. The id is what is logged, never the words."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")]
    phrases: Annotated[Words, Field(min_length=1)]


class Refusals(Shape):
    """Plain ways of saying STOP, or by which channel we may come (flows.refusals).

    clear: address us so plainly that unknown words may stand beside them. phrases: refuse our texts where all of their
    clause is known. bare: refuse them too, where nothing makes a sentence of them ("no more"). text_only, call_only:
    wishes about the channel. text_me: asks for texts, which is a wish about the channel beside a refusal ("keep
    texting me"). beside: what people say along with them ("who is this"). courtesy: words that may stand beside the
    bare word STOP, too (please, thanks). noise: words that may stand anywhere in a phrase (the, daily). filler: words
    and phrases that carry nothing beside a phrase (you, just), but would make a sentence of a bare word ("I want to
    stop"). joints: words with which a reason begins (because). links: words by which a clause goes on (and). told:
    words by which somebody repeats what others say or do (said). doubts: words by which a clear refusal in their
    clause is limited or meant for others (if, she). apart: words shortly before one that make it a question or
    somebody else's (are, my). limits: words after one by which only some texts are meant (early, night). ours: words
    for our texts, the number they come to, and the list. unsure: whole texts that may be a cry as well ("stop
    everything"), which are asked back.
    """

    clear: Words = ()
    phrases: Words = ()
    bare: Words = ()
    text_only: Words = ()
    call_only: Words = ()
    text_me: Words = ()
    beside: Words = ()
    courtesy: Words = ()
    noise: Words = ()
    filler: Words = ()
    joints: Words = ()
    links: Words = ()
    told: Words = ()
    doubts: Words = ()
    apart: Words = ()
    limits: Words = ()
    ours: Words = ()
    unsure: Words = ()


class LanguageWords(Shape):
    """All words of one language.

    spellings: other ways to write a word of the phrases (`dont: [do not]`). negations: words that turn an answer
    round. filler: words that carry nothing in an answer. ordinals: from the first on, `primera|primero` for two of one.
    units: words for lengths of time, for PAUSE. weekdays: from Monday. groups: words that phrases name
    together. harmless: phrases that only look like danger ("dying laughing"); their words are passed over, the rest of
    the text is not. call_me: phrases of somebody who would like to be called.
    """

    name: str
    global_words: Mapping[GlobalKind, Words] = Field(default={}, alias="global")
    yes: Words
    no: Words
    negations: Words = ()
    filler: Words = ()
    ordinals: Words = ()
    numbers: Mapping[str, Annotated[int, Field(strict=True)]] = {}
    units: Mapping[str, Duration] = {}
    weekdays: Annotated[Words, Field(min_length=7, max_length=7)]
    months: Annotated[Words, Field(min_length=12, max_length=12)]
    clock: Literal[12, 24] = 24
    spellings: Mapping[str, Words] = {}
    groups: Mapping[str, Words] = {}
    refusals: Refusals = Refusals()
    crisis: tuple[Rule, ...] = ()
    harmless: Words = ()
    call_me: Words = ()
    sentences: Mapping[str, Text] = {}
    story_words: Mapping[StoryWord, Words] = {}

    def spelled_out(self, phrases: Words) -> Words:
        """These phrases with each `<group>` replaced by its words. Raises ValueError for a group that there is not."""
        return spell_out(phrases, {**self.groups, "name": (NAME, *self.groups.get("name", ()))})

    @model_validator(mode="before")
    @classmethod
    def _numbers_are_words(cls, value: Any) -> Any:
        """`yes: [y, 1]`: YAML reads 1 as a number, and people text it as a word."""
        if not isinstance(value, Mapping):
            return value
        lists = {key: [str(word) for word in value[key]] for key in ("yes", "no") if isinstance(value.get(key), list)}
        return {**value, **lists}


class WordsFile(Shape):
    """`words.yaml`."""

    languages: Annotated[Mapping[str, LanguageWords], Field(min_length=1)]

    @field_validator("languages")
    @classmethod
    def _codes(cls, value: Mapping[str, LanguageWords]) -> Mapping[str, LanguageWords]:
        for code in value:
            if not LANGUAGE.fullmatch(code):
                raise ValueError(f"{code!r} is not a language code like en, es or pt-BR")
        return value
