"""What `checkin doctor` finds, in another language: its rules say English with what they found in it, and that is what
is kept and shown at the terminal. A page finds the sentence again by its shape, and fills in the same in the reader's
language; a sentence that nobody has translated is shown as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from checkin.i18n.gettext import spoken

HOLE = re.compile(r"%\((\w+)\)s")
SAID = re.compile(r"^[A-Z].*[a-z]|[a-z] [a-z]|^(?:texts|calls)$", re.DOTALL)
"""What somebody reads, rather than a name of ours."""


BRACKETS = re.compile(r"(.*?)( \(.*\))")
JOINTS = {"; ": "; ", ", ": ", ", " and no ": " ni ", " and ": " y "}


def path_of(language: str) -> Path:
    """Where they stand in this language: apart from the pages' own words, since no page says them."""
    return Path(__file__).with_name(f"findings.{language}.po")


def sentences(source: str) -> Iterator[str]:
    """Every sentence, and part of one, that a module of rules says; what is filled in is lettered: "%(a)s are left"."""
    tree = ast.parse(source)
    inside = {
        id(part)
        for whole in ast.walk(tree)
        if isinstance(whole, ast.JoinedStr | ast.Expr)
        for part in ast.walk(whole)
        if part is not whole and (isinstance(whole, ast.JoinedStr) or part is whole.value)
    }
    for node in (node for node in ast.walk(tree) if id(node) not in inside):
        if isinstance(node, ast.JoinedStr) and re.search(r"[A-Za-z ]", HOLE.sub("", _template(node))):
            yield _template(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SAID.search(node.value):
            yield node.value


def in_words(text: str) -> str:
    """The sentence in this request's language."""
    known, shapes = _known(spoken())
    if text in known:
        return known[text]
    for shape, said in shapes:
        if found := shape.fullmatch(text):
            return said % {name: _part(value) for name, value in found.groupdict().items()}
    return text


def _part(text: str) -> str:
    """What stood in a sentence: one of ours, several in a row, or one with more after it in brackets; else as it is."""
    known, _shapes = _known(spoken())
    if text in known:
        return known[text]
    if (more := BRACKETS.fullmatch(text)) and more[1] in known:
        return f"{known[more[1]]}{more[2]}"
    for joint, said in JOINTS.items():
        parts = text.split(joint)
        if len(parts) > 1 and any(_part(part) != part for part in parts):
            return said.join(_part(part) for part in parts)
    return in_words(text)


def _template(node: ast.JoinedStr) -> str:
    names = iter("abcdefgh")
    parts = [
        str(part.value).replace("%", "%%") if isinstance(part, ast.Constant) else f"%({next(names)})s"
        for part in node.values
    ]
    return "".join(parts)


@cache
def _known(language: str) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Whole sentences, and those with something in them: what they look like, the longest first."""
    if not path_of(language).exists():
        return {}, []
    with path_of(language).open("rb") as file:
        words = {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}
    filled = sorted((text for text in words if HOLE.search(text)), key=lambda text: -len(HOLE.sub("", text)))
    return (
        {text: said for text, said in words.items() if not HOLE.search(text)},
        [(_shape(text), words[text]) for text in filled],
    )


def _shape(text: str) -> re.Pattern[str]:
    parts = HOLE.split(text)
    literal = [re.escape(part.replace("%%", "%")) for part in parts[::2]]
    names = [f"(?P<{name}>.*?)" for name in parts[1::2]]
    return re.compile("".join(part for pair in zip(literal, [*names, ""], strict=True) for part in pair), re.DOTALL)
