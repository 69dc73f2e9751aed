"""Studio's strings with placeholders, rewritten with our names. What has no counterpart is taken out and told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from flows.model.template_filters import FILTERS
from flows.model.templates import _KEPT_FILTERS, LONGEST_SOURCE, check

Resolve = Callable[[tuple[str, ...]], tuple[str | None, str]]
"""Path in Studio -> (our name or None, why not)."""

_TOKEN = re.compile(r"({{.*?}}|{%.*?%})", re.S)
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+|\[\s*(?:\d+|'[^'\]]*'|\"[^\"\]]*\")\s*\])+")
_PATH_OR_QUOTED = re.compile(rf"'[^']*'|\"[^\"]*\"|{_PATH.pattern}")
_STEP = re.compile(r"[\w-]+|'[^']*'|\"[^\"]*\"")
_REMEMBERS = re.compile(r"{%-?\s*(assign|increment|decrement)\b")
_KEPT_TAGS = re.compile(r"{%-?\s*(if|elsif|unless|else|endif|endunless)\b(.*?)-?%}", re.S)
_FILTER = re.compile(r"\|\s*(\w+)([^|]*)")


class StudioChoice(str):
    """What was lost in words that choose what is said: what is left says too much, and must be written anew."""

    __slots__ = ()


@dataclass
class Words:
    """A string in our dialect, the names in it, and what was lost on the way, in words.

    chooses: a tag that chooses between words went, so that those of all its branches stand there.
    """

    text: str
    names: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    chooses: bool = False


def translate(source: str, resolve: Resolve) -> Words:
    """`source` with our names in its placeholders. It always parses."""
    words = Words("")
    words.text = "".join(
        _token(part, words, resolve) if number % 2 else part for number, part in enumerate(_TOKEN.split(source))
    ).strip()
    if len(words.text) > LONGEST_SOURCE - 100:
        words.text = words.text[: LONGEST_SOURCE - 100]
        words.lost.append("everything after 1,900 characters")
    if check(words.text):
        words.text = " ".join(_TOKEN.sub(" ", words.text).replace("{", "(").replace("}", ")").split())
        words.names.clear()
        words.lost.append("every {{ }} and {% %} of it, which can't be read together")
        words.chooses = words.chooses or any(_chooses(token) for token in _TOKEN.findall(source))
    kind = StudioChoice if words.chooses else str
    words.lost = [kind(f"taken out: {part}") for part in words.lost]
    return words


def paths(source: str) -> list[tuple[str, ...]]:
    """The paths that a string names, wherever in it they stand."""
    return [_split(found) for token in _TOKEN.findall(source) for found in _PATH.findall(token)]


def only_path(source: str) -> tuple[str, ...] | None:
    """The path of a string that is one hole and nothing else; None for any other."""
    found = re.fullmatch(r"\s*{{-?\s*([^|{}]+?)\s*-?}}\s*", source)
    whole = _PATH.fullmatch(found[1]) if found else None
    return _split(whole.group()) if whole else None


def _split(path: str) -> tuple[str, ...]:
    return tuple(part.strip("'\"") for part in _STEP.findall(path))


def _token(token: str, words: Words, resolve: Resolve) -> str:
    if token.startswith("{{"):
        return _hole(token, words, resolve)
    tag = _KEPT_TAGS.fullmatch(token)
    if not tag:
        words.lost.append(f"the tag {_short(token)}")
        words.chooses = words.chooses or _chooses(token)
        return ""
    before = len(words.lost)
    condition = _renamed(tag[2].strip(), words, resolve)
    words.chooses = words.chooses or len(words.lost) > before  # what it asks for is not known here
    return "{% " + f"{tag[1]} {condition}".strip() + " %}"


def _chooses(token: str) -> bool:
    """Whether a tag decides what is said, or how often. All do but those that only remember something."""
    return token.startswith("{%") and _REMEMBERS.match(token) is None


def _hole(token: str, words: Words, resolve: Resolve) -> str:
    inner = token[2:-2].strip("- \t\n")
    head, bar, rest = inner.partition("|")
    path = _PATH.fullmatch(head.strip())
    if path is None:
        words.lost.append(f"{_short(token)}, which is no name that is known here")
        return ""
    ours, why = resolve(_split(path.group()))
    if ours is None:
        words.lost.append(f"{_short(token)}: {why}")
        return ""
    words.names.add(ours)
    filters = [(name, _renamed(given, words, resolve).rstrip()) for name, given in _FILTER.findall(bar + rest)]
    for name, _ in filters:
        if name not in _KEPT_FILTERS and name not in FILTERS:
            words.lost.append(f"the filter {name!r}")
    kept = [f"{name}{given}" for name, given in filters if name in _KEPT_FILTERS or name in FILTERS]
    if "." not in ours and not any(name == "default" for name, _ in filters):
        kept.append("default: ''")
    return "{{ " + " | ".join([ours, *kept]) + " }}"


def _renamed(source: str, words: Words, resolve: Resolve) -> str:
    def rename(found: re.Match[str]) -> str:
        if found.group()[0] in "'\"":
            return found.group()
        ours, why = resolve(_split(found.group()))
        if ours is None:
            words.lost.append(f"{found.group()}: {why}")
            return "nil"
        words.names.add(ours)
        return ours

    return _PATH_OR_QUOTED.sub(rename, source)


def _short(token: str) -> str:
    return token if len(token) <= 60 else f"{token[:57]}..."
