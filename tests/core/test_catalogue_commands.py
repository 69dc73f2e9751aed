"""Oda sends the words of the line to a translator, and puts in what comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checkin.cli.flow_commands import app
from flows.loading import load
from flows.model.catalogue import path_of
from tests.core.seeded import CARE, files

run = CliRunner()
FRENCH = path_of("fr")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def fill(file: Path, source: str, words: str) -> None:
    """The translator's own editor writes one translation."""
    text = file.read_text(encoding="utf-8")
    assert text.count(f'msgid "{source}"\nmsgstr ""') == 1
    file.write_text(
        text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{words}"'), encoding="utf-8"
    )


def test_the_way_there_and_back(folder: Path) -> None:
    began = run.invoke(app, ["po-extract", "fr", str(folder)])
    assert began.exit_code == 0
    assert "to translate" in began.output

    fill(folder / FRENCH, "Take care.", "Prenez soin de vous.")
    assert load(folder).flows["care"].step("bye").say.text["fr"] == "Prenez soin de vous."

    (folder / "care.yaml").write_text(CARE.replace("Take care.", "Take good care."), encoding="utf-8")
    assert run.invoke(app, ["po-update", str(folder)]).exit_code == 0
    told = run.invoke(app, ["po-check", str(folder)])

    assert told.exit_code == 0, "what is missing is no error: the other language is said"
    assert "care/bye/say is only a guess" in told.output
    assert "care/hello/say is not translated" in told.output
    assert re.search(r"^fr: 0 of \d+ translated", told.output, re.M)


def test_a_template_for_any_program(folder: Path) -> None:
    assert run.invoke(app, ["po-extract"], env={"CHECKIN_FLOWS": str(folder)}).exit_code == 0

    text = (folder / "locale" / "flows.pot").read_text(encoding="utf-8")
    assert 'msgid "Take care."\nmsgstr ""' in text


def test_a_translators_work_is_never_written_over(folder: Path) -> None:
    run.invoke(app, ["po-extract", "fr", str(folder)])
    fill(folder / FRENCH, "Take care.", "Prenez soin de vous.")

    again = run.invoke(app, ["po-extract", "fr", str(folder)])

    assert again.exit_code == 2
    assert "po-update" in again.output
    assert "Prenez soin" in (folder / FRENCH).read_text(encoding="utf-8")


def test_a_lost_hole_fails_the_check_in_the_catalogue_and_in_the_flow(folder: Path) -> None:
    run.invoke(app, ["po-extract", "fr", str(folder)])
    fill(folder / FRENCH, "Hi, this is {{ org.name }}. STOP ends these texts.", "Bonjour.")
    care = CARE.replace("le escribe {{ org.name }}", "le escribimos")
    (folder / "care.yaml").write_text(care, encoding="utf-8")

    told = run.invoke(app, ["po-check", str(folder)])

    assert told.exit_code == 1
    assert "flows.po" in told.output
    assert "L502 error the fr words lack org.name" in told.output
    assert "L502 error the es words lack org.name" in told.output


@pytest.mark.parametrize(
    ("words", "says"),
    [(["po-extract", "French"], "language code"), (["po-check"], "po-extract"), (["po-update", "-l", "de"], "'de'")],
)
def test_what_cannot_be_done_is_said(folder: Path, words: list[str], says: str) -> None:
    told = run.invoke(app, words, env={"CHECKIN_FLOWS": str(folder), "COLUMNS": "300"})

    assert told.exit_code == 2
    assert says in told.output
