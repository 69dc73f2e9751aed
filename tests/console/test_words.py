"""Every word of the pages is there in Spanish, with the same holes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checkin.pages.catalogues import brought_up_to_date, missing, written
from checkin.pages.i18n import HERE, _, _n, catalogue_folders, choose, speaking

FOLDERS = list(catalogue_folders())
HOLE = re.compile(r"%\(\w+\)s")


def named(folder: Path) -> str:
    return str(folder.relative_to(HERE))


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_nothing_is_left_untranslated(folder: Path) -> None:
    catalogue = brought_up_to_date(folder, "es")
    assert missing(catalogue) == [], "run python -m checkin.pages.catalogues, and write the Spanish"


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
