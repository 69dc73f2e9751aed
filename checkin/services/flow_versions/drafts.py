"""Keeping what somebody writes, so that nothing is lost and nobody writes over somebody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.engine import CursorResult

from checkin.models.drafts import FlowDraft
from checkin.queries import definitions, drafts
from checkin.services import audit, publishing
from checkin.services.mistakes import Mistake
from checkin.work import Work
from flows.drafts import Draft, read_draft
from flows.model import Flow
from flows.yaml_source import LARGEST

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Clash(Mistake):
    """Somebody else kept another text of the same flow meanwhile: `theirs` is its newest revision."""

    def __init__(self, words: str, /, *, theirs: int, **holes: Any) -> None:
        super().__init__(words, **holes)
        self.theirs = theirs


def keep(work: Work, flow: str, source: str, seen: int, by: str, clips: Mapping[str, str]) -> Draft:
    """Keep this text, whether or not it can be read, and answer what it makes.

    seen: the revision that it was written from; 0 when there was none. Raises Clash when there is another by now,
    Mistake for a text that is too long or a name that is none.
    """
    text = _fit(flow, source)
    made = read_draft(text, flow, work.library, clips)
    now = made.flow.hash if made.flow else None
    there = drafts.of(work.session, flow)
    if (there.revision if there else 0) != seen:
        raise Clash(
            "somebody else has kept another text of %(flow)s since you opened it",
            flow=flow,
            theirs=there.revision if there else 0,
        )
    if there is not None and there.source == text:
        return made
    before = there.hash if there else None
    if there is None:
        live = definitions.live(work.session).get(flow)
        work.session.add(FlowDraft(flow=flow, source=text, revision=1, hash=now, base=live.hash if live else None,
                                   by=by[:80], at=work.now))  # fmt: skip
        work.session.flush()
    else:
        _replace(work, flow, seen, source=text, hash=now, by=by[:80])
    audit.write(work, by, "changed a draft", flow, before, now)
    return made


def drop(work: Work, flow: str, seen: int, by: str) -> None:
    """Put the draft away: the live version counts again. Raises Mistake when it is another one by now."""
    dropped = work.session.execute(delete(FlowDraft).where(FlowDraft.flow == flow, FlowDraft.revision == seen))
    assert isinstance(dropped, CursorResult)
    if dropped.rowcount != 1:
        raise Mistake("somebody else has changed the draft of %(flow)s: look at it again first", flow=flow)
    audit.write(work, by, "put a draft away", flow)


def unchanged(work: Work, flow: str, seen: tuple[int, str | None]) -> None:
    """Raises Mistake when the draft's revision, or the live hash, is another than the one that was looked at."""
    draft, live = drafts.of(work.session, flow), definitions.live(work.session).get(flow)
    if draft is None or draft.revision != seen[0]:
        raise Mistake("somebody else has changed the draft of %(flow)s: look at it again, and publish then", flow=flow)
    if (live.hash if live else None) != seen[1]:
        raise Mistake("somebody else has just published %(flow)s: look at it again, and publish then", flow=flow)


def publish(work: Work, flow: Flow, by: str, note: str, seen: tuple[int, str | None]) -> None:
    """Make what the draft says live. seen: its revision and the live hash that were looked at. Raises Mistake."""
    unchanged(work, flow.name, seen)
    revision, live = seen
    publishing.publish(work, [flow], by, {flow.name: note}, {flow.name: live})
    _replace(work, flow.name, revision, base=flow.hash, hash=flow.hash)


def back(work: Work, flow: Flow, by: str, seen: str | None) -> None:
    """Make an older version live again. A draft that says nothing of its own goes; one that does stays.

    seen: the live version that was looked at. Raises Mistake when it is that version, or another one is live by now.
    """
    if flow.hash == seen:
        raise Mistake("this version of %(name)s is live already", name=flow.name)
    publishing.publish(work, [flow], by, {flow.name: f"back to {flow.hash[:12]}"}, {flow.name: seen})
    work.session.execute(delete(FlowDraft).where(FlowDraft.flow == flow.name, FlowDraft.hash.in_([seen, flow.hash])))


def _replace(work: Work, flow: str, seen: int, **values: str | None) -> None:
    changed = work.session.execute(
        update(FlowDraft)
        .where(FlowDraft.flow == flow, FlowDraft.revision == seen)
        .values(revision=seen + 1, at=work.now, **values)
    )
    assert isinstance(changed, CursorResult)
    if changed.rowcount != 1:
        raise Clash("somebody else has kept another text of %(flow)s since you opened it", flow=flow, theirs=seen + 1)


def _fit(flow: str, source: str) -> str:
    if not NAME.fullmatch(flow):
        raise Mistake("a flow is named with small letters, digits and _, like after_the_storm")
    text = source.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip() + "\n"
    if len(text.encode()) > LARGEST:
        raise Mistake("that is longer than %(most)s kB: split the flow into several", most=LARGEST // 1024)
    return text
