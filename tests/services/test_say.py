"""The words that leave: every key that the code says has words, and volunteers are spoken to in their own language."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.loading import load
from flows.model.templates import placeholders
from flows.words.team_words import ours
from tests.cast import ANA, BEN, VAL, VEE
from tests.make import FLOWS
from tests.services.phones import ben_asks_for_a_peer, phone_of, volunteers
from tests.the_line import TheLine

HOUSE = Path(__file__).parents[2]
SECTIONS = {key.partition(".")[0] for key, group in ours().groups.items() if group != "card"}
KEY = re.compile(rf"({'|'.join(SECTIONS)})\.[a-z_-]*[a-z-]")
SAYS = {"say": 2, "aloud": 2, "of_turn": 2}
"""Functions that say a key, and which of their arguments it is."""

FILLED_LATER = {"of_turn": {"when", "gap"}}


def code() -> Iterator[ast.AST]:
    """Everything in the modules that say something of ours."""
    for folder in ("checkin", "webhooks", "worker"):
        for path in sorted((HOUSE / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if any(sign in text for sign in ("i18n.say import", "shift_gaps import", "team.fill(")):
                yield from ast.walk(ast.parse(text))


def named(node: ast.AST) -> str | None:
    """What this node says a key with: the key, or a pattern where a part is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        key = KEY.fullmatch(node.value) and not node.value.endswith(".id")  # a column that others point to
        return re.escape(node.value) if key else None
    if isinstance(node, ast.JoinedStr):
        parts = (re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z_-]+" for part in node.values)
        pattern = "".join(parts)
        return pattern if re.match(rf"({'|'.join(SECTIONS)})\\\.", pattern) else None
    return None


def test_every_key_that_the_code_says_has_words_and_every_text_is_said() -> None:
    said = {pattern for node in code() if (pattern := named(node)) is not None}
    printed = {key for key, group in ours().groups.items() if group == "card"}
    on_pages = {key for key in ours().groups if key.endswith("_on_page")}
    for pattern in said:
        assert any(re.fullmatch(pattern, key) for key in ours().groups), f"nothing in team.yaml is called {pattern}"
    unsaid = {key for key in ours().groups if not any(re.fullmatch(pattern, key) for pattern in said)}
    assert unsaid - printed - on_pages == set(), "nobody says these: take them out of team.yaml"
    assert {key.removesuffix("_on_page") for key in on_pages} <= set(ours().groups)


def chosen(node: ast.expr) -> Iterator[str]:
    """The keys that this argument may be: written out, or one of two."""
    if isinstance(node, ast.IfExp):
        yield from (*chosen(node.body), *chosen(node.orelse))
    elif isinstance(node, ast.Constant):
        yield str(node.value)


def test_every_hole_is_filled_where_a_key_is_said() -> None:
    looked_at = 0
    for node in code():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in SAYS:
            continue
        keys = list(chosen(node.args[SAYS[node.func.id]])) if len(node.args) > 2 else []
        given = {part.arg for part in node.keywords} | FILLED_LATER.get(node.func.id, set())
        if None in given:  # ** something
            continue
        for key in keys:
            for language, texts in ours().words.items():
                looked_at += 1
                assert placeholders(texts[key]) <= given, f"{key} in {language}, said with {given}"
    assert looked_at > 150


ESPERANTO = """
languages:
  eo:
    keywords: {take: [prenu], done: [farite]}
    texts:
      relays:
        offer: "Iu volas skribi kun vi ({{ alias }}, {{ language }}). Respondu PRENU {{ number }}."
        offer_on_page: "Iu volas skribi kun vi ({{ alias }}, {{ language }}), n-ro {{ number }}. LINK."
        taken: "Vi nun estas kun {{ alias }} ({{ number }}). FARITE, PASS."
      alerts:
        crisis: "{{ alias }} eble estas en danĝero. {{ state }}"
    calls:
      ringing:
        whisper: "{{ line }}: {{ language }}{{ topic }}, {{ waited }}. {{ danger }}Premu 1."
        minute: "unu minuto"
        seconds: "{{ count }} sekundoj"
    words:
      languages: {eo: "esperanto", en: "angla"}
      times: {weekdays: "lu ma me ĵa ve sa di", months: "jan feb mar apr maj jun jul aŭg sep okt nov dec"}
"""


@pytest.fixture
def in_three_languages(line: TheLine, tmp_path: Path) -> TheLine:
    """The line, with a folder of definitions in which somebody wrote some of Esperanto, and no line of Python."""
    folder = tmp_path / "definitions"
    shutil.copytree(FLOWS, folder)
    (folder / "team.yaml").write_text(ESPERANTO, encoding="utf-8")
    line.runtime.flows.library = replace(line.runtime.library, team=load(folder).team)
    return line


def test_a_volunteer_is_asked_by_text_in_a_language_that_an_organizer_wrote(in_three_languages: TheLine) -> None:
    line = in_three_languages
    volunteers(line, VEE, languages=["eo", "en"])
    line.answers(ANA, "PEER")
    line.carries_out()
    assert line.sent_to(VEE)[-1].startswith("Iu volas skribi kun vi (")
    assert ", angla). Respondu PRENU 1." in line.sent_to(VEE)[-1]
    assert line.answers(VEE, "PRENU 1").startswith("Vi nun estas kun ")
    assert line.answers(VEE, "Farite!").startswith("Thank you."), "what is not written is said in their next language"


def test_a_volunteer_is_rung_in_it_and_hears_the_rest_in_their_next_language(in_three_languages: TheLine) -> None:
    line = in_three_languages
    volunteers(line, VEE, languages=["eo", "es", "en"])
    ben_asks_for_a_peer(line, BEN)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.picks_up()
    assert "Premu 1." in vee.says
    assert "angla" in vee.says
    vee.presses("1")
    assert "Le comunicamos ahora" in vee.says, "Spanish, as the next language that Vee speaks"


def test_a_lead_reads_of_danger_in_their_own_language(in_three_languages: TheLine) -> None:
    line = in_three_languages
    volunteers(line, VEE, languages=["eo", "en"], lead=True)
    volunteers(line, VAL, languages=["es"], lead=True)
    line.answers(ANA, "I want to kill myself")
    line.carries_out()
    assert "eble estas en danĝero. They have the crisis number." in line.sent_to(VEE)[-1]
    assert "puede estar en crisis. Tiene el numero de crisis." in line.sent_to(VAL)[-1]
