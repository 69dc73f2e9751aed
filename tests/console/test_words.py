"""Every word of the pages is there in Spanish, with the same holes."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Mapping
from typing import get_args

import pytest
from babel.messages.catalog import Catalog

from checkin.cases import service as cases
from checkin.cli import context as terminal
from checkin.contacts import service as contacts
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.translatable import Translatable
from checkin.followups.rules import Said
from checkin.i18n.extract import ERRORS, ROOT, missing, updated, written
from checkin.i18n.gettext import _, _n, choose, path_of, said, speaking
from checkin.stories.review import queue
from checkin.stories.rules import Answer
from checkin.stories.service import Kind
from checkin.volunteers.rules import reach
from checkin.web import findings, site
from checkin.web.console import now
from checkin.web.console.flows.the_flow import STATES as FLOW_STATES
from checkin.web.console.outbox import said as gates
from checkin.web.console.stories import words as stories
from checkin.web.reads.flows import State
from checkin.web.template_filters import changed
from flows.views.diff import Told
from flows.words.team_words import ours

HERE = ROOT / "checkin"
TERMINAL = re.compile(r"\bcheckin [a-z]|--[a-z]|\.yaml")
TERMINAL_ONLY = {
    "there's no checklist to review by: put review/checklist.yaml in the flows folder",
    "Nobody has set how many volunteers are needed, so no gaps are shown. Set “cover” in lines.yaml.",
    "It rings last, when no volunteer has taken a call: the phone of someone who's always there. Set it in lines.yaml:",
    "the messaging service in lines.yaml doesn't exist",
    "the messaging service in lines.yaml doesn't belong to this account",
    "This is the first thing people read. To change it, edit words.yaml and lines.yaml in the flows folder.",
}
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

EDGES = {"cli", "core", "practice", "web"}
BELOW = ("core/rules", *sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name not in EDGES))
"""What knows no edge."""

SAYERS = {"Translatable", *ERRORS}


@pytest.fixture(scope="module")
def spanish() -> Catalog:
    return updated("es")


def test_nothing_is_left_untranslated(spanish: Catalog) -> None:
    assert missing(spanish) == [], "run python -m checkin.i18n.extract, and write the Spanish"


def test_pages_speak_american_english_and_the_fields_words(spanish: Catalog) -> None:
    said = [words for item in spanish for words in _all(item.id)]
    assert [words for words in said if RETIRED.search(words)] == []


def test_so_do_the_docs_and_what_the_terminal_tells() -> None:
    files = [*HERE.parent.glob("docs/**/*.md"), HERE.parent / "README.md"]
    read = {str(path): CODE.sub("", path.read_text(encoding="utf-8")) for path in files}
    for path in (HERE / "cli").rglob("*.py"):
        read_as = path.read_text(encoding="utf-8").replace("{ours()}", "checkin")
        told = [node for node in ast.walk(ast.parse(read_as)) if isinstance(node, ast.Constant)]
        read[str(path)] = "\n".join(CODE.sub("", str(item.value)) for item in told if " " in str(item.value))
    assert {name: RETIRED.findall(words) for name, words in read.items() if RETIRED.search(words)} == {}


def test_every_hole_is_there_in_both(spanish: Catalog) -> None:
    lost = {}
    for item in spanish:
        ids, strings = _all(item.id), _all(item.string)
        if ids and any(set(HOLE.findall(said)) - set(HOLE.findall(ids[-1])) for said in strings):
            lost[ids[0]] = strings
        if ids and set(HOLE.findall(ids[-1])) - set(HOLE.findall(strings[-1])):
            lost[ids[0]] = strings
    assert lost == {}


def test_whatever_is_refused_is_found_by_translators() -> None:
    """Else it would stand in English on a Spanish page: the words of a sentence are written where it is said."""
    hidden = []
    for path in (path for part in BELOW for path in sorted((HERE / part).rglob("*.py"))):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id not in SAYERS:
                continue
            if not isinstance(call.args[0] if call.args else None, ast.Constant):
                hidden.append(f"{path.relative_to(HERE)}:{call.lineno}: {ast.unparse(call)}")
    assert hidden == [], "write the words out, with %(holes)s"


def test_every_kind_of_user_error_is_among_what_translators_read() -> None:
    for path in (path for part in BELOW for path in sorted((HERE / part).rglob("*.py"))):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert {kind.__name__ for kind in _kinds(UserError)} == set(ERRORS)


def test_words_of_pages_are_found_by_translators_too() -> None:
    """In a string with holes of Python's own (f"…") nobody looks for them."""
    hidden = [
        f"{path.relative_to(HERE)}:{words.lineno}"
        for part in ("web", "practice")
        for path in sorted((HERE / part).rglob("*.py"))
        for words in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(words, ast.JoinedStr)
        for call in ast.walk(words)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "_n", "N_")
    ]
    assert hidden == []


def test_whatever_is_written_down_of_who_did_what_can_be_said_on_pages(spanish: Catalog) -> None:
    """In the page of changes: what is written is one of the AuditActions, and each has Spanish."""
    new = {
        words.value
        for part in (*BELOW, "web")
        for path in sorted((HERE / part).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("audit.write", "_audit") and len(call.args) > 2
        if isinstance(words := call.args[2], ast.Constant)
    } - set(AuditAction)
    assert new == set()
    assert {str(action) for action in AuditAction if action not in spanish} == set()


def test_what_the_checker_finds_and_what_changes_can_be_said_on_pages(spanish: Catalog) -> None:
    """Each code that there is, and each sentence of a difference; in English a finding says enough by itself."""
    flows = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((HERE.parent / "flows").rglob("*.py"))]
    values = [node.value for tree in flows for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert {item for item in map(str, values) if re.fullmatch("[A-Z][0-9]{3}", item)} == set(findings.MEANINGS)
    differences = ast.parse(next((ROOT / "flows").rglob("diff.py")).read_text(encoding="utf-8"))
    sentences = {
        node.value for node in ast.walk(differences) if isinstance(node, ast.Constant) and "%(" in str(node.value)
    }
    assert {sentence for sentence in sentences if sentence not in spanish} == set()
    assert findings.meaning("E103") == ""
    with speaking("es"):
        assert findings.meaning("E103") == "Un nombre que no lleva a ninguna parte."
        assert changed(Told("renamed from %(name)s", {"name": "mood"})) == "se llamaba mood"


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
        (FLOW_STATES, State), (stories.BECAUSE, queue.Because), (stories.KINDS, Kind), (stories.ANSWERS, Answer),
        (cases.NO_TEXTS | {"unreachable": ""}, contacts.NoTexts),
        (of_team("alert_reasons"), reach.Unreached),
        ({why: words for why, words in of_team("alert_states").items() if why not in BESIDE}, contacts.NoTexts),
    ],
)  # fmt: skip
def test_a_table_of_words_has_them_for_each_kind(table: Mapping[str, object], kinds: object) -> None:
    """A page that looks up a kind without words is no page any more: it answers with an error of ours."""
    assert set(table) == set(get_args(kinds))


def test_nobody_is_sent_to_the_terminal_but_by_the_terminal(spanish: Catalog) -> None:
    """Code below the edges names no command, and neither do the pages."""
    shown = {str(item.id): [*_all(item.id), *_all(item.string)] for item in spanish if item.id}
    named = {words for words, said in shown.items() if any(TERMINAL.search(item) for item in said)}
    assert named <= TERMINAL_ONLY


def test_each_hint_is_for_an_error_that_there_is() -> None:
    """The terminal and the pages each say what can be done there; a hint for no error would be dead words."""
    codes = {
        word.value.value
        for part in BELOW
        for path in sorted((HERE / part).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        for word in call.keywords
        if word.arg == "code" and isinstance(word.value, ast.Constant)
    }
    assert set(terminal.HINTS) | set(site.HINTS) <= codes


def test_what_cannot_be_is_said_in_the_language_of_the_page_with_what_stands_in_it() -> None:
    why = Translatable("is too short: use at least %(least)s characters; a few words are fine", least=12)
    refused = UserError("the password %(why)s", why=why)
    assert str(refused) == "the password is too short: use at least 12 characters; a few words are fine"
    with speaking("es"):
        assert said(refused.text) == (
            "la contraseña es demasiado corta: escriba al menos 12 caracteres; unas cuantas palabras sirven"
        )
        assert said(UserError.of("¡Ya! 100 %").text) == "¡Ya! 100 %"


def test_each_edge_adds_what_can_be_done_there(monkeypatch: pytest.MonkeyPatch) -> None:
    none = UserError("there's no case %(number)s", code="no_case", number=7)
    assert str(none) == "there's no case 7"
    monkeypatch.setenv("CHECKIN_COMMAND", "bin/checkin")
    nobody = UserError("there is no volunteer %(name)s", code="no_volunteer", name="Vee")
    assert terminal.with_hint(nobody) == "there is no volunteer Vee: bin/checkin volunteers list shows them all"
    assert site.refusal_in_words(none) == "there's no case 7: the inbox lists them all"
    with speaking("es"):
        assert site.refusal_in_words(none) == "no hay ningún caso 7: la bandeja los muestra todos"
    assert terminal.with_hint(UserError("case 7 is closed")) == "case 7 is closed"


def test_the_catalogue_is_as_extraction_writes_it(spanish: Catalog) -> None:
    assert written(spanish) == path_of("es").read_bytes(), "run python -m checkin.i18n.extract"


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
    return [str(word) for word in words] if isinstance(words, tuple | list) else [str(words)] if words else []


def _kinds(of: type[UserError]) -> set[type[UserError]]:
    return {of}.union(*(_kinds(item) for item in of.__subclasses__() if item.__module__.startswith("checkin")))
