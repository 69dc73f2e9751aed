"""The .env is changed line by line: what is not ours in it stays as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkin.setup import env_file
from checkin.setup.errors import CannotSetUp


def test_values_are_set_in_their_place_and_new_ones_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a note\nA=1\nexport B='two words'\n\nC=3\n")
    env_file.write(file, {"B": "2", "D": "a b", "C": None})
    assert file.read_text() == "# a note\nA=1\nB=2\n\nD='a b'\n"
    assert env_file.read(file) == {"A": "1", "B": "2", "D": "a b"}
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_name_that_stands_twice_is_set_once(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\nA=2\n")
    env_file.write(file, {"A": "3"})
    assert file.read_text() == "A=3\n"


def test_a_file_that_others_may_read_is_theirs_no_more(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\n")
    file.chmod(0o644)
    env_file.write(file, {"A": "2"})
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_written_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    with pytest.raises(CannotSetUp, match="can't be written"):
        env_file.write(tmp_path / "nowhere" / ".env", {"A": "1"})
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(CannotSetUp, match="can.t be read"):
        env_file.read(tmp_path / "binary")


def test_put_away_it_is_beside_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert env_file.put_away(file) is None
    env_file.write(file, {"CHECKIN_SECRET": "s"})
    assert env_file.put_away(file) == tmp_path / ".env.undone"
    assert not file.exists()
    assert env_file.read(tmp_path / ".env.undone") == {"CHECKIN_SECRET": "s"}
