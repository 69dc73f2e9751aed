"""Compiled flows are taken back as they were kept, and nothing is that we did not keep ourselves."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import flows.loading
from checkin.core import compiled_flows
from checkin.core.encryption import Keys
from flows.library import Library
from flows.model.findings import FlowError
from tests.make import FLOWS

KEYS = Keys(["a" * 40])
COMPILED: list[Path] = []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FLOWS, tmp_path / "flows")
    (tmp_path / "state").mkdir()
    return tmp_path / "flows"


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """COMPILED holds each folder that was compiled from its files."""
    COMPILED.clear()
    compile_all = flows.loading.load

    def load(path: Path) -> Library:
        COMPILED.append(path)
        return compile_all(path)

    monkeypatch.setattr(flows.loading, "load", load)


def loaded(folder: Path, keys: Keys = KEYS) -> Library:
    """By a process that begins."""
    compiled_flows._LATELY.clear()
    return compiled_flows.load(folder, folder.parent / "state", keys)


def kept(folder: Path) -> Path:
    return folder.parent / "state" / compiled_flows.NAME


def test_the_second_time_nothing_is_compiled_and_all_is_the_same(folder: Path) -> None:
    first, second = loaded(folder), loaded(folder)
    assert len(COMPILED) == 1
    assert second == first
    assert second.flows == flows.loading.load(folder).flows
    assert kept(folder).stat().st_mode & 0o077 == 0
    assert second.matcher.languages == first.words


def test_a_process_has_them_once_and_not_for_ever(folder: Path) -> None:
    first = loaded(folder)
    assert compiled_flows.load(folder, folder.parent / "state", KEYS) is first
    for words in "abc":
        (folder / "more.txt").write_text(words)
        compiled_flows.load(folder, folder.parent / "state", KEYS)
    assert len(compiled_flows._LATELY) == compiled_flows.MOST_HELD


@pytest.mark.parametrize("change", ["check_in.yaml", "words.yaml", "lines.yaml", "clips/new.mp3"])
def test_another_content_is_compiled(folder: Path, change: str) -> None:
    loaded(folder)
    (folder / "clips").mkdir(exist_ok=True)
    with (folder / change).open("ab") as file:
        file.write(b"\n# a word more\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.loading.measure", lambda _sound: None)
        loaded(folder)
    assert len(COMPILED) == 2


def test_a_mistake_is_told_as_ever_and_nothing_is_kept_of_it(folder: Path) -> None:
    (folder / "lines.yaml").write_text("lines: nonsense")
    with pytest.raises(FlowError):
        loaded(folder)
    assert not kept(folder).exists()


class Danger:
    """What a foreign pickle may be."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, ...]]:
        return os.mkdir, (os.environ["FOREIGN"],)


@pytest.mark.parametrize("how", ["signed by another", "not signed", "cut short", "empty", "a folder", "a link"])
def test_what_is_not_ours_is_passed_over_unread(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("FOREIGN", str(tmp_path / "foreign"))
    expected = loaded(folder)
    content, foreign = compiled_flows._content(folder), pickle.dumps(Danger())
    whole = kept(folder).read_bytes()
    kept(folder).unlink()
    if how == "signed by another":
        kept(folder).write_bytes(compiled_flows._sign(Keys(["b" * 40]), content, foreign) + foreign)
    elif how == "not signed":
        kept(folder).write_bytes(whole[:32] + foreign)
    elif how == "cut short":
        kept(folder).write_bytes(whole[:-7])
    elif how == "empty":
        kept(folder).touch()
    elif how == "a folder":
        kept(folder).mkdir()
    else:
        (tmp_path / "elsewhere").write_bytes(whole)
        kept(folder).symlink_to(tmp_path / "elsewhere")
    assert loaded(folder) == expected
    assert len(COMPILED) == 2
    assert not (tmp_path / "foreign").exists()


def test_where_nothing_can_be_written_it_is_compiled_each_time(folder: Path) -> None:
    (folder.parent / "state").rmdir()
    assert loaded(folder) == loaded(folder)
    assert len(COMPILED) == 2
