"""What can be translated: in flows, in words.yaml (sentences, words that are understood), team.yaml and lines.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flows.catalogues.contexts import ONLY, WORDS, inline, places
from flows.model.catalogue import Key
from flows.model.durations import write_duration
from flows.model.flow import Flow
from flows.model.lines import Line
from flows.model.templates import has_words
from flows.model.text import Text
from flows.words.phrases import LanguageWords, Refusals
from flows.words.team_words import TeamWords

LISTED = "one on each line; as many as the language needs"
_REFUSALS = {
    "phrases": "plain ways of saying STOP: phrases as in crisis", "bare": "short ones, which may begin other sentences",
    "text_only": "asks for no calls", "call_only": "asks for calls, or for no texts", "text_me": "asks for texts",
    "beside": "what is said along with STOP: who is this", "courtesy": "words around STOP: please, thanks",
    "noise": "words that may stand anywhere in a plain refusal: the, really",
    "filler": "words and phrases around a plain refusal: I want you to", "joints": "words before a reason: because",
    "told": "words that repeat what was said: she said", "doubts": "words that make a refusal doubtful: if, him, early",
    "about": "words of a reason for STOP: number, phone",
    "ours": "words for our texts, the number that they come to, and the list",
}  # fmt: skip
REQUIRED = ("name", "yes", "no", "weekdays", "months")
"""Of words.yaml, what a language cannot be spoken without."""


class Spot(NamedTuple):
    """One string to translate. note: for the translator. inline: languages in which the author wrote it already."""

    key: Key
    note: str
    inline: frozenset[str]


def of_flows(flows: Mapping[str, Flow]) -> Iterator[Spot]:
    """Those of the flows."""
    for flow in flows.values():
        for place in places(flow.body):
            slot = place.key[0].rsplit("/", 1)[1].split(".")
            kind = WORDS if slot[-1] in ("words", "skip") else place.step.slots_are[slot[0]]
            note = kind + ONLY.get(slot[-1] if len(slot) > 1 else "", "")
            yield Spot(place.key, f"{flow.title}: {note}", inline(flow, place.path, place.part))


def of_words(words: Mapping[str, LanguageWords]) -> Iterator[Spot]:
    """Those of words.yaml, in its first language. `words`: as they stand there; a language in it is whole."""
    base, known = next(iter(words)), frozenset(words)
    for name, text in lists(words[base]):
        if text:
            yield Spot((f"words/{name}", text), f"every flow: {_note(name)}", known)
    for name, slot in words[base].sentences.items():
        for part, text in parts(slot, base):
            yield Spot((_named(f"words/sentences.{name}", part), text), "every flow: said" + ONLY.get(part, ""), known)


TEAM = "team/"
_TEAM = {
    "texts": "a text to a volunteer or lead", "calls": "said to a volunteer on a call",
    "card": "on the volunteers' card", "words": "names, in order",
}  # fmt: skip


def of_team(team: TeamWords) -> Iterator[Spot]:
    """Those of team.yaml, in its first language. Words in capitals are what volunteers text: they stay."""
    for key, group in team.groups.items():
        base, _ = team.pick(key, ())
        yield Spot((team_context(key), base), f"{_TEAM[group]}; words in capitals stay as they are", team.inline[key])


def team_context(key: str) -> str:
    """What a text for volunteers is called in a catalogue."""
    return f"{TEAM}{key}"


def of_lines(lines: Mapping[str, Line]) -> Iterator[Spot]:
    """Those of lines.yaml, in the first language of each line."""
    for key, line in lines.items():
        base = line.languages[0]
        if line.introduction is not None:
            for part, text in parts(line.introduction, base):
                known = frozenset(getattr(line.introduction, part))
                yield Spot((_named(f"lines/{key}/introduction", part), text), "said first to whoever is new", known)
        for target, listed in keywords(line, base).items():
            known = frozenset(code for code in line.keywords if target in keywords(line, code))
            yield Spot((f"lines/{key}/keywords.{target}", listed), f"words that lead to {target}, {LISTED}", known)


def keywords(line: Line, language: str) -> dict[str, str]:
    """The keywords of one language by what they lead to, one on each line."""
    found: dict[str, list[str]] = {}
    for word, target in line.keywords.get(language, {}).items():
        found.setdefault(target, []).append(word)
    return {target: "\n".join(words) for target, words in found.items()}


def parts(slot: Text, language: str) -> Iterator[tuple[str, str]]:
    """(text, sms or voice; the words) of what a slot says in a language."""
    for part, code, words in slot.sources():
        if code == language and has_words(words):
            yield part, words


def lists(words: LanguageWords) -> Iterator[tuple[str, str]]:
    """Every list of a language by its name, one word on each line; empty ones too."""
    yield "name", words.name
    for kind, listed in words.global_words.items():
        yield f"global.{kind}", "\n".join(listed)
    for name in ("yes", "no", "negations", "weekdays", "months"):
        yield name, "\n".join(getattr(words, name))
    yield "numbers", "\n".join(f"{word} = {number}" for word, number in words.numbers.items())
    yield "units", "\n".join(f"{word} = {write_duration(length)}" for word, length in words.units.items())
    for name in Refusals.model_fields:
        yield f"refusals.{name}", "\n".join(getattr(words.refusals, name))
    for name in ("harmless", "call_me"):
        yield name, "\n".join(getattr(words, name))
    for name, listed in words.groups.items():
        yield f"groups.{name}", "\n".join(listed)
    for word, ways in words.spellings.items():
        yield f"spellings.{word}", "\n".join(ways)
    for rule in words.crisis:
        yield f"crisis.{rule.id}", "\n".join(rule.phrases)
    for wish, listed in words.story_words.items():
        yield f"story_words.{wish}", "\n".join(listed)


def _named(context: str, part: str) -> str:
    return context if part == "text" else f"{context}.{part}"


def _note(name: str) -> str:
    if name == "name":
        return "the name of the language, in itself"
    kind, _, what = name.partition(".")
    told = {
        "global": f"words that mean {what.upper()}", "yes": "words for yes", "no": "words for no",
        "negations": "words that turn an answer round", "weekdays": "from Monday", "months": "from January",
        "numbers": "number words", "units": "words for lengths of time", "story_words": f"words for {what}, at a story",
        "crisis": "signs of danger: a|b either, [a] may be missing, ... a few words between, a* any ending",
        "harmless": "what only looks like danger: phrases as in crisis",
        "call_me": "asks for a call: phrases as in crisis", "groups": f"words that phrases name together, as <{what}>",
        "spellings": f"other ways to write {what!r}, if phrases use it", "refusals": _REFUSALS.get(what, ""),
    }  # fmt: skip
    return f"{told[kind]}; {LISTED}"
