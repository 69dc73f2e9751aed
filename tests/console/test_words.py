"""Every word of the pages is there in Spanish, with the same holes."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from checkin.cases import service as cases
from checkin.console.flows import the_flow as flow_states
from checkin.console.now import views as now
from checkin.console.outbox import said as gates
from checkin.console.stories import words as stories
from checkin.pages import checker_words, phrase_words
from checkin.pages.catalogues import brought_up_to_date, missing, written
from checkin.pages.i18n import HERE, _, _n, catalogue_folders, choose, said, speaking
from checkin.queries.pages.flows import State
from checkin.rules import reach
from checkin.rules.gates import Said
from checkin.rules.phrases import Phrase
from checkin.rules.story_review import Answer
from checkin.services import contacts
from checkin.services.audit import AuditAction
from checkin.services.mistakes import Mistake
from checkin.services.story_review import desks
from checkin.services.storytelling.stories import Kind
from flows.views.diff import Told
from flows.words.team_words import ours

FOLDERS = list(catalogue_folders())
TERMINAL = re.compile(r"\bcheckin [a-z]|--[a-z]|\.yaml")
TERMINAL_ONLY = {"there is no checklist to review by: put review/checklist.yaml into the folder of the flows"}
"""Whoever keeps the files must hear of them, on a page too."""

RETIRED = re.compile(
    r"(?<!checkin )\b(?:organis(?:er|e|ation)\w*|colour\w*|cancell(?:ed|ing)|rota|behaviour|neighbour\w*"
    r"|(?:is|was|be|were) set aside|let it be(?! heard)|carr(?:y|ied|ies) (?:it )?out)\b",
    re.IGNORECASE,
)
"""How the British write it, and words of ours that have others now."""

CODE = re.compile(r"^```.*?^```|`[^`]*`|\]\([^)]*\)", re.MULTILINE | re.DOTALL)
"""What stands in a text as it is typed or named: commands, files, links."""

HOLE = re.compile(r"%\(\w+\)s")


def named(folder: Path) -> str:
    return str(folder.relative_to(HERE))


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_nothing_is_left_untranslated(folder: Path) -> None:
    catalogue = brought_up_to_date(folder, "es")
    assert missing(catalogue) == [], "run python -m checkin.pages.catalogues, and write the Spanish"


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_pages_speak_american_english_and_the_fields_words(folder: Path) -> None:
    said = [words for one in brought_up_to_date(folder, "es") for words in _all(one.id)]
    assert [words for words in said if RETIRED.search(words)] == []


def test_so_do_the_docs_and_what_the_terminal_tells() -> None:
    files = [*HERE.parent.glob("docs/**/*.md"), HERE.parent / "README.md"]
    read = {str(path): CODE.sub("", path.read_text(encoding="utf-8")) for path in files}
    for path in (HERE / "commands").rglob("*.py"):
        told = [one for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(one, ast.Constant)]
        read[str(path)] = "\n".join(CODE.sub("", str(one.value)) for one in told if " " in str(one.value))
    assert {name: RETIRED.findall(words) for name, words in read.items() if RETIRED.search(words)} == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_every_hole_is_there_in_both(folder: Path) -> None:
    lost = {}
    for one in brought_up_to_date(folder, "es"):
        ids, strings = _all(one.id), _all(one.string)
        if ids and any(set(HOLE.findall(said)) - set(HOLE.findall(ids[-1])) for said in strings):
            lost[ids[0]] = strings
        if ids and set(HOLE.findall(ids[-1])) - set(HOLE.findall(strings[-1])):
            lost[ids[0]] = strings
    assert lost == {}


def test_the_same_words_are_said_in_one_way_everywhere() -> None:
    """The catalogues are one when they are read: of two translations one would be lost."""
    ways: dict[str, set[str]] = {}
    for folder in FOLDERS:
        for one in brought_up_to_date(folder, "es"):
            if one.id:
                ways.setdefault(str(one.id), set()).add(str(one.string))
    assert {words: told for words, told in ways.items() if len(told) > 1} == {}


def test_whatever_services_refuse_is_found_by_translators() -> None:
    """Else it would stand in English on a Spanish page: the words of a phrase are written where it is said."""
    sayers, hidden = phrase_words.sayers(), []
    for path in phrase_words.modules():
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id not in sayers:
                continue
            words = call.args[0] if call.args else None
            if not isinstance(words, ast.Constant) and path.name != "phrases.py":
                hidden.append(f"{path.relative_to(HERE)}:{call.lineno}: {ast.unparse(call)}")
    assert hidden == [], "write the words out, with %(holes)s"


def test_words_of_pages_are_found_by_translators_too() -> None:
    """In a string with holes of Python's own (f"…") nobody looks for them."""
    hidden = [
        f"{path.relative_to(HERE)}:{words.lineno}"
        for part in ("console", "pages", "volunteers", "practice")
        for path in sorted((HERE / part).rglob("*.py"))
        for words in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(words, ast.JoinedStr)
        for call in ast.walk(words)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "_n", "N_")
    ]
    assert hidden == []


def test_whatever_is_written_down_of_who_did_what_can_be_said_on_pages() -> None:
    """In the page of changes: what is written is one of the AuditActions, and the words of each are a phrase."""
    new = {
        words.value
        for part in ("cases", "services", "console")
        for path in sorted((HERE / part).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("audit.write", "_audit") and len(call.args) > 2
        if isinstance(words := call.args[2], ast.Constant)
    } - set(AuditAction)
    assert new == set()
    assert set(AuditAction) <= {str(one.id) for one in phrase_words.said()}


def test_what_the_checker_finds_and_what_changes_can_be_said_on_pages() -> None:
    """Each code that there is, and each sentence of a difference; in English a finding says enough by itself."""
    flows = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((HERE.parent / "flows").rglob("*.py"))]
    values = [one.value for tree in flows for one in ast.walk(tree) if isinstance(one, ast.Constant)]
    assert {one for one in map(str, values) if re.fullmatch("[A-Z][0-9]{3}", one)} == set(checker_words.MEANINGS)
    differences = ast.parse((HERE.parent / "flows" / "diff.py").read_text(encoding="utf-8"))
    sentences = {one.value for one in ast.walk(differences) if isinstance(one, ast.Constant) and "%(" in str(one.value)}
    assert sentences <= set(checker_words.CHANGES)
    assert checker_words.meaning("E103") == ""
    with speaking("es"):
        assert checker_words.meaning("E103") == "Un nombre que no lleva a ninguna parte."
        assert checker_words.changed(Told("was called %(name)s", {"name": "mood"})) == "se llamaba mood"


def test_every_exception_that_a_page_shows_is_made_of_a_phrase() -> None:
    assert {"Mistake", "StoryError", "Clash", "BadShift", "AudioError"} <= phrase_words.sayers()
    assert len(phrase_words.said()) > 150


def of_team(section: str) -> dict[str, str]:
    """A section of team.yaml, by the kinds that its names stand for. (Each language of ours has every key.)"""
    keys = ours().section(section)
    return {key.partition(".")[2].replace("_", " "): ours().words["en"][key] for key in keys}


BESIDE = ("told", "blocked", "watched")
"""How it stands with somebody whom a text would reach."""


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        (now.NO_TEXTS, contacts.NoTexts), (now.AWAY, reach.Unreached), (gates.GATE_SAYS, Said),
        (flow_states.STATES, State), (stories.BECAUSE, desks.Because), (stories.KINDS, Kind), (stories.ANSWERS, Answer),
        (cases.NO_TEXTS | {"unreachable": ""}, contacts.NoTexts),
        (of_team("alert_reasons"), reach.Unreached),
        ({why: words for why, words in of_team("alert_states").items() if why not in BESIDE}, contacts.NoTexts),
    ],
)  # fmt: skip
def test_a_table_of_words_has_them_for_each_kind(table: Mapping[str, object], kinds: object) -> None:
    """A page that looks up a kind without words is no page any more: it answers with an error of ours."""
    assert set(table) == set(get_args(kinds))


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_do_not_send_people_to_the_terminal(language: str) -> None:
    with speaking(language):
        shown = {str(one.id): _(str(one.id)) for one in phrase_words.said() if one.id}
    assert {words for words, is_said in shown.items() if TERMINAL.search(is_said)} <= TERMINAL_ONLY


def test_a_phrase_is_said_in_the_language_of_the_page_with_what_stands_in_it() -> None:
    why = Phrase("is too short: write at least %(least)s letters, a few words are fine", least=12)
    refused = Mistake("the password %(why)s", why=why)
    assert str(refused) == "the password is too short: write at least 12 letters, a few words are fine"
    with speaking("es"):
        assert said(refused.phrase) == (
            "la contraseña es demasiado corta: escriba al menos 12 letras; unas cuantas palabras sirven"
        )
        assert said(Mistake.said("¡Ya! 100 %").phrase) == "¡Ya! 100 %"


def test_a_catalogue_is_the_same_however_often_it_is_written() -> None:
    folder = HERE / "console" / "now"
    once = written(brought_up_to_date(folder, "es"))
    assert once == (folder / "es.po").read_bytes()


def test_words_are_said_in_the_language_of_the_request() -> None:
    with speaking("es"):
        assert _("Inbox") == "Bandeja"
        assert _("Case %(number)s", number=4) == "Caso 4"
        assert (_n("%(num)s alert", "%(num)s alerts", 1), _n("%(num)s alert", "%(num)s alerts", 2)) == (
            "1 alerta",
            "2 alertas",
        )
    assert _("Inbox") == "Inbox"
    assert _("nobody ever wrote this") == "nobody ever wrote this"


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [(["es-MX"], "es"), ([None, "es_US", "en"], "es"), (["fr", None], "en"), ([], "en"), (["<script>"], "en")],
)
def test_the_first_language_that_we_speak(wanted: list[str | None], spoken: str) -> None:
    assert choose(wanted) == spoken


def _all(words: object) -> list[str]:
    return [str(one) for one in words] if isinstance(words, tuple | list) else [str(words)] if words else []
