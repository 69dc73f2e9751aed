"""A parcel that somebody made to do harm is refused row by row, and fills neither memory nor other folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkin.cli.story_archive import files, manifest
from checkin.cli.story_archive.manifest import ManifestRow, Wrong
from checkin.core.errors import UserError

GOOD = "- {title: The porch, topics: [sober, nights], language: en, consent: 2026-05-17, words: It was quiet.}"


@pytest.mark.parametrize("name", [".", "./", "././"])
def test_a_name_that_names_nothing_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="points outside the folder"):
        files.opened(tmp_path).read(name, 10)


def test_what_would_fill_memory_when_it_is_written_out_is_refused_and_the_next_row_is_read(tmp_path: Path) -> None:
    laughs = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    laughs += [f"a{depth}: &a{depth} [{', '.join([f'*a{depth - 1}'] * 10)}]" for depth in range(1, 12)]
    bomb = "- {title: *a11, topics: x, language: en, consent: 2026-05-17, words: w}"
    (tmp_path / "stories.yaml").write_text("\n".join([*laughs, "stories:", bomb, GOOD]))
    wrong, good = manifest.rows(files.opened(tmp_path))
    assert isinstance(wrong, Wrong)
    assert "its title is neither words nor a list of words" in wrong.why
    assert isinstance(good, ManifestRow)
    assert good.story.topics == ("sober", "nights")
