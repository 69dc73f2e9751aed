"""From YAML to a Flow, or to findings that say where and what to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from flows.catalogues.contexts import as_list, as_text, context, places
from flows.model.catalogue import Catalogue, Key
from flows.model.clips import recorded
from flows.model.complaints import complaints
from flows.model.findings import Finding, FlowError
from flows.model.flow import Flow, FlowFile
from flows.model.step import StepShape, replaced
from flows.model.templates import check
from flows.model.text import Text
from flows.model.yaml_source import Source, read_yaml
from flows.steps.table import FLOW, KEYS, SHAPES

_ORDER_MATTERS = frozenset(key for shape in SHAPES for key in shape.ordered)


def parse_flow(
    text: str, file: str, clips: Mapping[str, str] | None = None, catalogues: Collection[Catalogue] = ()
) -> tuple[Flow | None, list[Finding]]:
    """The flow in one file, and everything that is wrong with it; None if anything is an error.

    `clips` maps the path of each recorded prompt to the digest of its sound. The digests of the clips that the flow
    plays, and the words that it takes from `catalogues`, are part of its hash.
    """
    if catalogues:
        return _parse(text, file, clips or {}, catalogues)
    flow, findings = _parse_again(text, file, tuple(sorted((clips or {}).items())))
    return flow, list(findings)


@lru_cache(maxsize=64)
def _parse_again(text: str, file: str, clips: tuple[tuple[str, str], ...]) -> tuple[Flow | None, tuple[Finding, ...]]:
    """One flow of a folder is written at a time; the others are as they were at the last keystroke."""
    flow, findings = _parse(text, file, dict(clips), ())
    return flow, tuple(findings)


def _parse(
    text: str, file: str, clips: Mapping[str, str], catalogues: Collection[Catalogue]
) -> tuple[Flow | None, list[Finding]]:
    source = read_yaml(text, file)
    if source.findings:
        return None, list(source.findings)
    findings = _shape_of_file(source) or _twice(source)
    if findings:
        return None, findings
    return _build(source, dict(clips), catalogues)


def restore(definition: str, file: str = "") -> Flow:
    """The flow whose `definition` this is, as it was published. Raises FlowError."""
    data = json.loads(definition)
    flow, findings = _build(Source(file or "published", data["flow"]), data["clips"], data.get("catalogues") or {})
    if flow is None:
        raise FlowError(findings)
    return flow


def canonical(
    values: Mapping[str, Any], clips: Mapping[str, str], translated: Used, heard: Collection[str] = ()
) -> str:
    """The one way to write a flow: keys sorted except where their order is meant, its clips and its translations.

    heard: clips that it plays without naming them, because they are recordings of its prompts.
    """
    text = json.dumps(values, ensure_ascii=False)
    used = {
        path: digest
        for path, digest in sorted(clips.items())
        if path in heard or json.dumps(path, ensure_ascii=False) in text
    }
    whole = {"dsl": values.get("dsl"), "clips": used, "flow": _sorted(values)}
    if translated:
        whole["catalogues"] = translated
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _build(
    source: Source, clips: Mapping[str, str], catalogues: Collection[Catalogue] | Used
) -> tuple[Flow | None, list[Finding]]:
    """The flow of these values. `catalogues` are those to choose from, or what a published flow chose."""
    values = source.values
    try:
        body = FLOW.model_validate(_with_ids(values), context={"base": values["languages"][0]})
    except ValidationError as error:
        return None, complaints(error, source, steps=KEYS)
    findings = list(_misfits(body, source))
    translated, broken = (catalogues, []) if isinstance(catalogues, Mapping) else choose(body, catalogues)
    if findings := [*findings, *broken]:
        return None, findings
    spoken, heard = recorded(fill(body, translated), clips)
    definition = canonical(values, clips, translated, heard)
    digest = hashlib.sha256(definition.encode()).hexdigest()
    return Flow(spoken, digest, definition, source.file, source if source.located else None), []


def _shape_of_file(source: Source) -> list[Finding]:
    """What must hold before anything else can be said."""
    values = source.values
    if not isinstance(values, dict):
        return [source.finding((), "E101", "a flow is a list of keys and values", "Begin with `flow: its_name`.")]
    languages = values.get("languages")
    if not isinstance(languages, list) or not languages or not isinstance(languages[0], str):
        return [source.finding(("languages",), "E101", "`languages` is missing", "Write `languages: [en]`.")]
    steps = values.get("steps")
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        return [source.finding(("steps",), "E101", "`steps` must be a list of steps", "Begin each with `- `.")]
    return []


def _twice(source: Source) -> list[Finding]:
    """Ids that are used twice. Checked first and alone: everything else would only find their victims."""
    seen: dict[str, int] = {}
    findings = []
    for place, step in enumerate(source.values["steps"]):
        name = step.get("id")
        if name is None:
            continue
        if str(name) in seen:
            line = source.where(("steps", seen[str(name)], "id"))[0]
            findings.append(source.finding(("steps", place, "id"), "E102", f"the id {name!r} is used twice",
                                           f"Line {line} already has it: choose another."))  # fmt: skip
        seen.setdefault(str(name), place)
    return findings


def _with_ids(values: Mapping[str, Any]) -> dict[str, Any]:
    steps = [step if "id" in step else {**step, "id": f"@{place + 1}"} for place, step in enumerate(values["steps"])]
    return {**values, "steps": steps}


def _misfits(body: FlowFile, source: Source) -> Iterator[Finding]:
    """What only shows when the steps are seen together: targets and outcomes."""
    stem = source.file.rsplit("/", 1)[-1].removesuffix(".yaml")
    if source.file.endswith(".yaml") and stem != body.flow:
        yield source.finding(("flow",), "E101", f"the flow is called {body.flow!r} but its file {stem!r}",
                             "Give both the same name.")  # fmt: skip
    known = {step.id for step in body.steps}
    for path, target in _targets(body):
        if target not in known or target.startswith("@"):
            yield source.finding(path, "E103", f"there's no step with the id {target!r}",
                                 "Correct the name, or give the step that you mean this id.")  # fmt: skip
    for place, step in enumerate(body.steps):
        yield from _outcomes(step, ("steps", place), body, source)
    for path, text, condition in body.templates():
        if fault := check(text, condition=condition):
            yield source.finding(path, "X601", f"{'condition' if condition else 'words'}: {fault}",
                                 "Look at the braces, the quotes and the filters here.")  # fmt: skip


def _targets(body: FlowFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("on_error",), body.on_error
    if body.outbound.machine.startswith("say:"):
        yield ("outbound", "machine"), body.outbound.machine.removeprefix("say:")
    for place, step in enumerate(body.steps):
        here = ("steps", place)
        if step.to:
            yield (*here, "to"), step.to
        for outcome, target in step.then.items():
            yield (*here, "then", outcome), target
        for path, target in step.targets():
            yield (*here, *path), target


def _outcomes(step: StepShape, path: tuple[str | int, ...], body: FlowFile, source: Source) -> Iterator[Finding]:
    for missing in sorted(step.required_outcomes(body.channels) - set(step.then)):
        yield source.finding(path, "E204", f"`then` of this `{step.verb}` doesn't say what happens on {missing!r}",
                             f"Add `{missing}: STEP` to `then`.")  # fmt: skip
    possible = step.possible_outcomes(body.channels)
    for outcome in step.then:
        if outcome not in possible:
            can = ", ".join(sorted(possible)) or "nothing"
            yield source.finding((*path, "then", outcome), "E205", f"{outcome!r} can never happen here",
                                 f"What can happen: {can}.")  # fmt: skip
    if step.declares and step.declares not in body.vars:
        yield source.finding((*path, "save"), "X602", f"the variable {step.declares!r} isn't declared",
                             f"Add `{step.declares}: {{type: text}}` to `vars`.")  # fmt: skip


def _sorted(value: Any, kept: bool = False) -> Any:
    if isinstance(value, dict):
        keys = list(value) if kept else sorted(value)
        return {key: _sorted(value[key], key in _ORDER_MATTERS) for key in keys}
    return [_sorted(part) for part in value] if isinstance(value, list) else value


Used = Mapping[str, list[list[str]]]
"""Language -> [context, words in the base language, translation]: what of the catalogues a flow says, for its hash."""


def choose(body: FlowFile, catalogues: Iterable[Catalogue]) -> tuple[Used, list[Finding]]:
    """The entries that this flow uses, and a finding for each that is no template. Inline words win."""
    used: dict[str, list[list[str]]] = {}
    findings: list[Finding] = []
    for catalogue in sorted(catalogues, key=lambda catalogue: catalogue.language):
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
