"""How the conversations of a flow go with what is to be published, those that are being written among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checkin.publishing.plan import together
from flows.library import Library
from flows.model.findings import Finding, errors
from flows.model.flow import Flow
from flows.transcripts.coverage import failures, play, untested
from flows.transcripts.files import Placed, file_of, flow_in, parse_transcripts, read_transcripts, texts_of
from flows.transcripts.rewording import Rewording, reword
from flows.transcripts.runner import Result


@dataclass(frozen=True)
class Judged:
    """found: what stands against publishing a flow, and warnings about ways untested.

    rewording: conversations that stand against it by nothing but the words of the line; they are not among `found`.

    along: other flows whose conversations are being written, and pass through it: theirs go live with it, since theirs
    could not go as written before it, nor it before theirs.
    """

    found: tuple[Finding, ...]
    along: tuple[str, ...] = ()
    rewording: Rewording = field(default_factory=Rewording)


def faults(
    folder: Path,
    chosen: Collection[Flow],
    live: Mapping[str, Flow],
    without: Collection[str] = (),
    talks: Mapping[str, str] | None = None,
) -> list[Finding]:
    """What stands against publishing these: errors, conversations that go otherwise, and warnings about ways untested.

    A conversation counts that passes through one of them; it is played with the live versions of the others. talks:
    the conversations that are not what their files say, by flow.
    """
    library, found = together(folder, chosen, live, without)
    if library is None or errors(found):
        return sorted(set(errors(found)))
    names = {flow.name for flow in chosen}
    placed, unread = read_transcripts(folder, talks)
    played = list(play(library, placed))
    failed = _failed((at, result) for at, result in played if at.transcript.flow in names or _passes(result, names))
    return sorted([*unread, *failed, *_untested(library, played, chosen)])


def judge(
    folder: Path, flow: Flow, live: Mapping[str, Flow], without: Collection[str],
    talks: Mapping[str, str], drafts: Mapping[str, str], fixed: Collection[str] = (),
) -> Judged:  # fmt: skip
    """The same for one flow, with the conversations that are being written (drafts) in place of the live ones (talks).

    Of the drafts of other flows those count that pass through it. fixed: flows whose conversations can't be changed.
    """
    library, found = together(folder, [flow], live, without)
    if library is None or errors(found):
        return Judged(tuple(sorted(set(errors(found)))))
    whole = {name: text for name, text in drafts.items() if name == flow.name or not _unread(name, text)}
    placed, unread = read_transcripts(folder, {**talks, **whole})
    played = list(play(library, placed))
    files = {file_of(name): name for name in whole if name in live and name != flow.name}
    along = {files[at.file] for at, result in played if at.file in files and _passes(result, {flow.name})}
    ours = {file_of(name) for name in (flow.name, *along)}
    failed = [
        (at, result)
        for at, result in played
        if not result.passed and (at.file in ours or at.transcript.flow == flow.name or _passes(result, {flow.name}))
    ]
    texts = {
        file: text
        for file, text in texts_of(folder, {**talks, **whole}).items()
        if flow_in(file) not in {*fixed, *(drafts.keys() - whole.keys())}
    }
    before = together(folder, [], live, without)[0] if failed and flow.name in live else None
    made = reword(before, library, texts, failed) if before else Rewording()
    others = _failed((at, result) for at, result in failed if (at.file, at.line) not in made.taken)
    found = [*unread, *others, *_untested(library, played, [flow])]
    return Judged(tuple(sorted(found)), tuple(sorted(along)), made)


def _unread(flow: str, text: str) -> bool:
    return bool(text.strip()) and bool(parse_transcripts(text, file_of(flow))[1])


def _passes(result: Result, names: Collection[str]) -> bool:
    return any(flow in names for flow, _, _ in result.ways)


def _failed(played: Iterable[tuple[Placed, Result]]) -> list[Finding]:
    return [finding for at, result in played for finding in failures(at, result)]


def _untested(library: Library, played: Collection[tuple[Placed, Result]], chosen: Collection[Flow]) -> list[Finding]:
    files = {flow.file for flow in chosen}
    missing = untested(library, [at for at, _ in played], [result for _, result in played])
    return [finding for finding in missing if finding.file in files]
