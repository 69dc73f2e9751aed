"""Puts the words of catalogues into a flow, wherever the flow itself has none in that language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from flows.model.findings import Finding
from flows.model.flow import FlowFile
from flows.model.step import StepShape, replaced
from flows.model.templates import check
from flows.model.text import Text
from flows.words.catalogues.catalogue import Catalogue, Key
from flows.words.catalogues.contexts import as_list, as_text, context, places

Used = Mapping[str, list[list[str]]]
"""Language -> [context, words in the base language, translation]: what of the catalogues a flow says, for its hash."""


def choose(body: FlowFile, catalogues: Iterable[Catalogue]) -> tuple[Used, list[Finding]]:
    """The entries that this flow uses, and a finding for each that is no template. Inline words win."""
    used: dict[str, list[list[str]]] = {}
    findings: list[Finding] = []
    for catalogue in sorted(catalogues, key=lambda item: item.language):
        chosen: dict[Key, str] = {}
        for place in places(body):
            words = None if catalogue.language in getattr(place.text, place.part) else catalogue.words(place.key)
            if words is not None and place.key not in chosen:
                chosen[place.key] = words
                findings += _broken(catalogue, place.key, words)
        if chosen:
            used[catalogue.language] = [[*key, words] for key, words in sorted(chosen.items())]
    return used, findings


def fill(body: FlowFile, used: Used) -> FlowFile:
    """The flow with these translations beside its own words."""
    if not used:
        return body
    known = {language: {(row[0], row[1]): row[2] for row in rows} for language, rows in used.items()}
    base = body.languages[0]

    def filled(step: StepShape, path: tuple[str | int, ...], text: Text) -> Text:
        changed = {}
        for part in ("text", "sms", "voice"):
            own: Mapping[str, str] = getattr(text, part)
            key = context(body.flow, step, path, part), own.get(base, "")
            more = {language: rows[key] for language, rows in known.items() if key in rows and language not in own}
            if more:
                changed[part] = {**own, **more}
        return text.model_copy(update=changed) if changed else text

    return body.model_copy(update={"steps": tuple(_filled(step, filled) for step in body.steps)})


Fill = Callable[[StepShape, tuple[str | int, ...], Text], Text]


def _filled(step: StepShape, filled: Fill) -> StepShape:
    whole = step
    for path, text in step.slots():
        whole = replaced(whole, path, filled(step, path, text))
    for path, words in step.word_lists():
        told = filled(step, path, as_text(words)).text
        more = {language: as_list(text) for language, text in told.items() if language not in words.by_language}
        if more:
            known = words.model_copy(update={"by_language": {**words.by_language, **more}})
            whole = replaced(whole, path, known)
    return whole


def _broken(catalogue: Catalogue, key: Key, words: str) -> Iterator[Finding]:
    if fault := check(words):
        yield catalogue.finding(key, "X601", "error", f"words: {fault}",
                                "Copy the braces from the words above, as they are.")  # fmt: skip
