"""What reviewers are asked about each story, and ready words for its teller: `review/checklist.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from flows.model.complaints import complaints
from flows.model.findings import Finding
from flows.model.text import Shape
from flows.model.yaml_source import read_yaml

FILE = "review/checklist.yaml"

Told = Annotated[Mapping[str, str], Field(min_length=1)]
"""Words by language."""


class Question(Shape):
    """One question about a story, so put that "no" lets it pass.

    on_yes: what follows when it is so: refuse (it is not published), note (a content note must be said first), or care
    (it is not published, and somebody looks in on the teller). do: what the reviewer can do about it.
    """

    ask: Told
    on_yes: Literal["refuse", "note", "care"] = "refuse"
    do: Told


class Checklist(Shape):
    """Questions by their names, and ready texts to tellers by theirs; in `texts`, {line} is the line's name."""

    questions: Annotated[Mapping[str, Question], Field(min_length=1)]
    texts: Mapping[str, Told] = {}


def read_checklist(source: str) -> tuple[Checklist | None, list[Finding]]:
    """The checklist that this text holds, or what is wrong with it."""
    read = read_yaml(source, FILE)
    if read.findings:
        return None, list(read.findings)
    try:
        return Checklist.model_validate(read.values), []
    except ValidationError as error:
        return None, list(complaints(error, read))


def told(words: Mapping[str, str], languages: Sequence[str]) -> str:
    """The words in the first of `languages` that has them (`es-MX` gives way to `es`), else in any."""
    for language in languages:
        for code in (language, language.split("-")[0]):
            if code in words:
                return words[code]
    return next(iter(words.values()))
