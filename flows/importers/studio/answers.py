"""A question and the split behind it, which are one step here: the choices of an `ask`.

What they are called often stands in the prompt: "press 1 for a peer, or 2 to leave a message".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count

from flows.importers.studio import liquid
from flows.importers.studio.conditions import listed, worked_out
from flows.importers.studio.draft import Names, StudioDraft, plain
from flows.importers.studio.export import State, Transition
from flows.words.folding import fold

ANSWERED = {"send-and-wait-for-reply": ("incomingMessage",), "gather-input-on-call": ("keypress", "speech")}
READ = frozenset({"equal_to", "matches_any_of", "contains", "starts_with"})
MOST = 20
YES = frozenset({"yes", "y", "si", "sí", "ok", "sure"})
NO = frozenset({"no", "n"})

_KEY = re.compile(r"[1-9][0-9]?", re.ASCII)


@dataclass
class StudioOption:
    """One way out of the split: the key and the words that lead there, and the widget."""

    words: list[str]
    target: str | None
    key: str = ""
    label: str = ""


@dataclass
class StudioMenu:
    """A question with its options.

    prompt: the words without the options; `whole` if the options are still in them, `bare` if nothing else was.
    guessed: labels that the words did not give.
    """

    split: State
    prompt: str
    options: list[StudioOption]
    whole: bool = False
    bare: bool = False
    guessed: list[str] = field(default_factory=list)


def menu(draft: StudioDraft, state: State, prompt: str) -> StudioMenu | None:
    """The choices of this question, if a split right behind it looks at nothing but its answer."""
    targets = {
        transition.next
        for transition in state.transitions
        if transition.event in ANSWERED[state.type] and transition.next
    }
    split = draft.export.states.get(targets.pop()) if len(targets) == 1 else None
    if split is None or split.type != "split-based-on":
        return None
    options = [_option(state, split, transition) for transition in split.transitions if transition.event != "noMatch"]
    found = [option for option in options if option is not None]
    if not found or len(found) < len(options) or len(found) > MOST:
        return None
    found = _reached(draft, split, found)
    rest, labels = taken_apart(prompt)
    keyed = {key for option in found for key in option.words if key.isascii() and key.isdigit()}
    apart = bool(labels) and set(labels) >= keyed
    made = StudioMenu(split, rest if apart else prompt, found, bare=apart and not rest)
    _name(draft, made, labels)
    made.whole = not apart and any(option.key in keyed and option.key in prompt for option in found)
    return made


def yes_or_no(options: list[StudioOption]) -> tuple[StudioOption, StudioOption] | None:
    """(yes, no) if that is all that is asked."""
    said = [{word.casefold() for word in (option.label, *option.words)} for option in options]
    if len(options) != 2:
        return None
    for yes, no in ((0, 1), (1, 0)):
        if said[yes] & YES and said[no] & NO and not said[yes] & NO and not said[no] & YES:
            return options[yes], options[no]
    return None


def choice_names(options: list[StudioOption]) -> list[str]:
    """A name for each option, none of them the name of an outcome."""
    names = Names({"timeout", "invalid", "hung_up", "skip"})
    return [names.free(plain(option.label).lower()[:30] or "choice") for option in options]


def _option(state: State, split: State, transition: Transition) -> StudioOption | None:
    words: list[str] = []
    for condition in transition.conditions:
        about = [*condition.arguments, split.text("input")][0]
        path = liquid.only_path(about)
        mine = (
            path is not None and path[:2] == ("widgets", state.name) and path[-1] in ("Body", "Digits", "SpeechResult")
        )
        if not mine or condition.type not in READ or worked_out(condition) or not listed(condition):
            return None
        words += listed(condition)
    clean = [word for word in dict.fromkeys(words) if len(word) <= 40 and re.search(r"\w", word)]
    return StudioOption(clean, transition.next) if clean else None


def _reached(draft: StudioDraft, split: State, options: list[StudioOption]) -> list[StudioOption]:
    """Those that somebody can choose: what an earlier way takes already, no later one gets."""
    taken: set[str] = set()
    for option in options:
        mine = {fold(word): word for word in option.words}
        option.words = [word for folded, word in mine.items() if folded and folded not in taken]
        taken |= set(mine)
    if not all(option.words for option in options):
        draft.report.note("left out", split.name, "a way that is never taken: another before it takes the same answers")
    kept = [option for option in options if option.words]
    if draft.channel == "sms":
        return kept
    # a key that is pressed is the key of a choice and no word of it: each has a choice of its own
    more = [
        StudioOption([key], option.target) for option in kept for key in list(filter(_KEY.fullmatch, option.words))[1:]
    ]
    return [*kept, *more[: MOST - len(kept)]]


def _name(draft: StudioDraft, made: StudioMenu, labels: dict[str, str]) -> None:
    """Give every option a key and something to call it by. 0 is a person's, * and # are ours: those get another."""
    taken = set()
    for option in made.options:
        keys = [word for word in option.words if _KEY.fullmatch(word)]
        option.key = next((key for key in keys if key not in taken), "")
        taken.add(option.key)
    free = (str(number) for number in range(1, 99) if str(number) not in taken)
    named: dict[tuple[str | None, str, str], StudioOption] = {}
    for option in made.options:
        spoken = [word for word in option.words if not word.isdigit()]
        option.label = labels.get(option.key) or next(iter(spoken), "")
        if not option.label:
            option.label = (
                " ".join(re.sub(r"\W|_", " ", option.target or f"choice {option.key}").lower().split()) or "this"
            )
            made.guessed.append(option.label)
        option.key = option.key or next(free)
        apart = option.key if draft.channel == "voice" else ""
        first = named.setdefault((option.target, fold(option.label), apart), option)
        if first is not option:  # by text, two keys for one thing are one choice that both of them mean
            first.words += [option.key, *option.words]
    made.options = list(named.values())
    _told_apart(draft, made)


def _told_apart(draft: StudioDraft, made: StudioMenu) -> None:
    """No word means two choices, and none of them a word that is obeyed before any question."""
    keys, taken = {option.key for option in made.options}, set[str]()
    for option in made.options:
        called, tries = option.label, count(int(option.key))
        while fold(option.label) in taken or draft.obeyed(fold(option.label)):
            option.label = f"{called} {next(tries)}"
        if option.label != called:
            made.guessed.append(option.label)
        taken.add(fold(option.label))
    for option in made.options:
        words = {fold(word): word for word in option.words}
        kept = [folded for folded in words if folded not in taken and folded not in keys and not draft.obeyed(folded)]
        option.words = [words[folded] for folded in kept if not folded.isdigit() or _KEY.fullmatch(folded)]
        taken |= set(kept)


_KEYS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
         "nine": "9", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5"}  # fmt: skip
_PRESSED = rf"(?P<key>\d|{'|'.join(_KEYS)})"
_LABEL = r"(?P<label>[^.,;:!?\n]{2,60}?)"
_PRESS = (
    r"(?:please\s+)?(?:press|dial|enter|reply(?:\s+with)?|text|send|type|oprima|marque|presione|pulse|escriba|envíe)"
)
_QUOTES = "[\"'“”‘’]?"
_END = rf"\s*(?:[.,;!?\n]|$|(?=\s(?:or|o|and|y)\s+{_QUOTES}(?:\d|{'|'.join(_KEYS)})\b))"
_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        rf"(?:,?\s*\b(?:or|o|and|y)\s+)?\b{_PRESS}\s+{_QUOTES}{_PRESSED}{_QUOTES}\s+(?:for|to|if|para|si)\s+{_LABEL}{_END}",
        rf"(?:\b(?:or|o|and|y)\s+)?\b(?:for|to|if|para|si)\s+{_LABEL},?\s+{_PRESS}\s+{_QUOTES}{_PRESSED}{_QUOTES}{_END}",
        rf"(?:\b(?:or|o|and|y)\s+){_QUOTES}{_PRESSED}{_QUOTES}\s+(?:for|to|if|para|si)\s+{_LABEL}{_END}",
        rf"(?:^|(?<=[\n,;.:]))\s*{_QUOTES}{_PRESSED}{_QUOTES}\s*(?:[-–:=).]|for|to|para)\s*{_LABEL}{_END}",
        rf"(?:^|(?<=[\n,;.:]))\s*{_LABEL}\s*[-–:=]\s*{_QUOTES}{_PRESSED}{_QUOTES}{_END}",
    )
)
_ORPHANS = re.compile(rf"(?:^|(?<=[.!?\n,]))\s*(?:{_PRESS}|or|o)\s*[:.,]?\s*$", re.I | re.M)


def taken_apart(prompt: str) -> tuple[str, dict[str, str]]:
    """(the prompt without its options, key -> what it was called). Holes in the prompt keep it whole."""
    if "{{" in prompt or "{%" in prompt:
        return prompt, {}
    found: dict[str, str] = {}
    rest = prompt
    for form in _FORMS:
        for match in list(form.finditer(rest)):
            key = _KEYS.get(match["key"].lower(), match["key"])
            label = " ".join(match["label"].split())
            if key not in found and label:
                found[key] = label
                rest = rest.replace(match.group(), "\n", 1)
    rest = " ".join(_ORPHANS.sub("", line).strip(" ,;") for line in rest.splitlines())
    return " ".join(rest.split()), found
