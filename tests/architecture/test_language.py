"""One word means one thing: what docs/glossary.md promises of the code's own language."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from checkin.i18n.extract import found

ROOT = Path(__file__).parents[2]
PRODUCT = ("checkin", "flows", "webhooks", "worker")

RETIRED = {
    r"organis(er|e|ing|ation)": "organizer, organize: American spelling",
    r"rota": "schedule",
    r"deeds?": "action",
    r"tall(y|ies)": "rate_limit",
    r"parcels?": "story_archive",
    r"shel(f|ves)": "rotation",
    r"passages?": "step_count",
    r"chores?": "recurring_job",
    r"casework": "cases",
    r"knock(s|ed|ing)?": "enqueue",
    r"nudges?": "enqueue",
    r"set_aside": "dead_letter",
    r"sealed": "encrypted",
    r"mistakes?": "UserError",
    r"behaviour|colour|catalogued|cancelled|neighbour|favour|honour|licence": "American spelling",
}
"""What is no part of a name any more, as words between underscores, and what is said instead."""

TRANSLATED = {
    r"anew": "again, or reload, restart",
    r"tak(e|en|es|ing) (it |them |its |their )?away": "Download",
    r"put (\w+ ){0,3}away": "Discard",
    r"(goes|go|went|is|are) otherwise": "failed, differs",
    r"tellers?": "storyteller: a teller works in a bank",
    r"organis\w+": "organizer: American spelling",
    r"sealed": "encrypted",
    r"(some|any|every)body": "someone, anyone, everyone",
    r"cannot|(do|does|did|is|are|was|were|has|have|could|will) not": "can't, don't, isn't: contractions",
    r"telephone": "phone",
    r"relays?": "conversation",
    r"any more(?=[.,:;)]|$)": "anymore",
    r"given up": "failed",
    r"died": "stopped: never of a process, on a line for people in danger",
    r"letters (long|at most)|(most|most\)s) letters": "characters, of lengths",
    r"shall": "should",
}
"""What reads as if translated, and what pages say instead."""

MEANT = {"mistake"}
"""Words of the subject itself: a case may be closed as a mistake."""


SAYS_WHAT_IT_HOLDS = (
    "accounts", "cases", "cli", "compliance", "contacts", "conversations", "messages", "publishing", "reconciliation",
    "relays", "stories", "volunteers", "web",
)  # fmt: skip
"""Features in which no variable is called `item` any more."""


@cache
def trees() -> dict[Path, ast.Module]:
    """Each module of the product and of the tests, parsed."""
    files = [file for top in (*PRODUCT, "tests") for file in (ROOT / top).rglob("*.py")]
    return {file.relative_to(ROOT): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def names_of(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name that a module binds: variables, arguments, functions, classes, attributes that it sets."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno


def words_of(name: str) -> list[str]:
    """The words in a name: ShelfPlace and shelf_place both have "shelf"."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]


def test_no_variable_is_called_one() -> None:
    found = [f"{file}:{line}" for file, tree in trees().items() for name, line in names_of(tree) if name == "one"]
    assert not found, "a variable is named for what it holds"


@pytest.mark.parametrize("folder", SAYS_WHAT_IT_HOLDS)
def test_no_variable_is_called_item(folder: str) -> None:
    under = {file: tree for file, tree in trees().items() if file.is_relative_to(f"checkin/{folder}")}
    assert under
    found = [f"{file}:{line}" for file, tree in under.items() for name, line in names_of(tree) if name == "item"]
    assert not found, "a variable is named for what it holds"


def test_no_retired_word_is_part_of_a_name() -> None:
    retired = {re.compile(pattern): instead for pattern, instead in RETIRED.items()}
    found = [
        f"{file}:{line} {name}: say {instead}"
        for file, tree in trees().items()
        for name, line in names_of(tree)
        for pattern, instead in retired.items()
        if any(pattern.fullmatch(word) for word in words_of(name) if word not in MEANT) or pattern.fullmatch(name)
    ]
    assert not found


@pytest.mark.parametrize("folder", PRODUCT)
def test_no_folder_or_module_has_a_retired_name(folder: str) -> None:
    retired = [re.compile(pattern) for pattern in RETIRED]
    modules = [file for file in trees() if file.parts[0] == folder]
    found = [
        str(file)
        for file in modules
        for part in file.with_suffix("").parts
        if any(pattern.fullmatch(word) for pattern in retired for word in words_of(part))
    ]
    assert modules
    assert not found


def test_no_class_name_stands_twice_in_the_product() -> None:
    """Private classes too: a reader who searches for a name finds one answer."""
    places: dict[str, list[str]] = defaultdict(list)
    for file, tree in trees().items():
        if file.parts[0] in PRODUCT:
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    places[node.name].append(f"{file}:{node.lineno}")
    assert not {name: where for name, where in places.items() if len(where) > 1}


def test_no_page_and_no_paper_says_a_retired_word() -> None:
    said = re.compile(r"\b(organiser|organisation|the rota|a rota|set aside|deeds?|dear numbers?)\b", re.IGNORECASE)
    papers = [*ROOT.glob("docs/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    pages = [*(ROOT / "checkin").rglob("*.html"), *(ROOT / "checkin").rglob("*.md")]
    found = [
        f"{file.relative_to(ROOT)}:{number} {match.group()}"
        for file in (*papers, *pages)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (match := said.search(line))
    ]
    assert papers
    assert pages
    assert not found


def test_pages_say_what_a_native_reader_would() -> None:
    """Every sentence of pages, errors and services: all that the catalogues translate."""
    retired = {re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE): instead for pattern, instead in TRANSLATED.items()}
    said = [(words, message.locations) for message in found() if message.id for words in _forms(message.id)]
    wrong = [
        f"{places[0][0]}:{places[0][1]} {match.group()!r}: say {instead}"
        for words, places in said
        for pattern, instead in retired.items()
        if (match := pattern.search(words))
    ]
    assert len(said) > 1_000, "the catalogue has the product's sentences"
    assert not wrong


@pytest.mark.parametrize(
    "words", ["Take away (CSV)", "Put this draft away?", "its teller", "300 letters at most", "It cannot."]
)
def test_a_sentence_that_reads_translated_is_found(words: str) -> None:
    assert any(re.search(rf"\b(?:{pattern})(?!\w)", words, re.IGNORECASE) for pattern in TRANSLATED)


def _forms(words: str | tuple[str, ...] | list[str]) -> Iterator[str]:
    """Singular and plural of one sentence."""
    yield from [words] if isinstance(words, str) else words
