"""The flows that come with us, under the group's own name: a copy in the state folder, which organizers go on from."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

from checkin.setup.errors import CannotSetUp
from flows.library import Library
from flows.loading import load
from flows.model.lines import Line

FOLDER = "flows"
LONGEST_NAME = 40


def renamed(library: Library, key: str, name: str) -> Library:
    """The library as it will be, for showing what changes. Raises CannotSetUp for what is no name."""
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or "{" in name:
        raise CannotSetUp(f"the line's name is 1 to {LONGEST_NAME} letters, like Oak Street Line")
    line = Line.model_validate({**library.lines[key].model_dump(by_alias=True), "name": name})
    return replace(library, lines={**library.lines, key: line})


def copy(source: Path, state: Path, key: str, before: str, name: str) -> Path:
    """A copy of the folder in which the line has this name, in lines.yaml and in the conversations that test the flows.

    A copy that is there already is only renamed. Raises CannotSetUp, FlowError when it cannot be used then.
    """
    target = state / FOLDER
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not target.exists():
            shutil.copytree(source, target, copy_function=shutil.copyfile)
            target.chmod(0o700)
        lines = target / "lines.yaml"
        lines.write_text(_named(lines.read_text(), key, name))
        for file in sorted(target.glob("transcripts/*.yaml")):
            file.write_text(file.read_text().replace(before, name))
    except OSError as error:
        raise CannotSetUp(f"{target} can't be written ({error.strerror})") from error
    if load(target).lines[key].name != name:
        raise CannotSetUp(f"the line's name couldn't be written: write name: {name} into {target / 'lines.yaml'}")
    return target


def _named(words: str, key: str, name: str) -> str:
    """lines.yaml with another name for the line of this key, all else as it stands."""
    begin = re.search(rf"^\s*- key: {re.escape(key)}\s*$", words, re.MULTILINE)
    place = begin.end() if begin else 0
    entry = re.compile(r"^(\s+name:).*$", re.MULTILINE)
    return words[:place] + entry.sub(lambda found: f"{found[1]} {json.dumps(name)}", words[place:], count=1)
