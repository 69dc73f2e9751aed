"""The options that people wrote into their prompts: "press 1 for a peer, or 2 to leave a message"."""

from __future__ import annotations

import re

_KEYS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
         "nine": "9", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5"}  # fmt: skip
_KEY = rf"(?P<key>\d|{'|'.join(_KEYS)})"
_LABEL = r"(?P<label>[^.,;:!?\n]{2,60}?)"
_PRESS = (
    r"(?:please\s+)?(?:press|dial|enter|reply(?:\s+with)?|text|send|type|oprima|marque|presione|pulse|escriba|envíe)"
)
_QUOTES = "[\"'“”‘’]?"
_END = rf"\s*(?:[.,;!?\n]|$|(?=\s(?:or|o|and|y)\s+{_QUOTES}(?:\d|{'|'.join(_KEYS)})\b))"
_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        rf"(?:,?\s*\b(?:or|o|and|y)\s+)?\b{_PRESS}\s+{_QUOTES}{_KEY}{_QUOTES}\s+(?:for|to|if|para|si)\s+{_LABEL}{_END}",
        rf"(?:\b(?:or|o|and|y)\s+)?\b(?:for|to|if|para|si)\s+{_LABEL},?\s+{_PRESS}\s+{_QUOTES}{_KEY}{_QUOTES}{_END}",
        rf"(?:\b(?:or|o|and|y)\s+){_QUOTES}{_KEY}{_QUOTES}\s+(?:for|to|if|para|si)\s+{_LABEL}{_END}",
        rf"(?:^|(?<=[\n,;.:]))\s*{_QUOTES}{_KEY}{_QUOTES}\s*(?:[-–:=).]|for|to|para)\s*{_LABEL}{_END}",
        rf"(?:^|(?<=[\n,;.:]))\s*{_LABEL}\s*[-–:=]\s*{_QUOTES}{_KEY}{_QUOTES}{_END}",
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
