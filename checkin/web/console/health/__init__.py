"""How the line is, in plain words: processes, queues, texts, settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from checkin.backups import records
from checkin.backups.records import BackupStanding
from checkin.conversations import other_senders
from checkin.core import rate_limits
from checkin.core.settings import TABLE, Settings
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.doctor import service as examination
from checkin.doctor.service import LastExamination
from checkin.i18n.gettext import _
from checkin.messages.models import Message
from checkin.outbox.heartbeats import STALE_AFTER
from checkin.outbox.models import Outbox
from checkin.outbox.queries import STUCK_AFTER, Todo, is_seen_by, rows
from checkin.telephony.rules import delivery_state, error_codes
from checkin.web.context import RequestContext
from checkin.web.reads import health as read
from checkin.web.reads.schedule import coming_week
from checkin.web.registry import Menu, Pages

pages = Pages("health", "/console/health", Menu(N_("Health"), "health.see", 90))

MASK = "••••••••"
SHOWN = {"PUBLIC_URL", "TWILIO_API_URL", "CHECKIN_HOST", "PORT", "WEB_CONCURRENCY"}
"""Settings that stand on the page as they are; of the others only whether they are set."""

COLORS = {"green": (N_("good"), "good"), "amber": (N_("look"), "warn"), "red": (N_("wrong"), "bad")}
"""What a check of `checkin doctor` came to: its word, and how it is shown."""

QUEUES = {"ring": N_("ringing"), "text": N_("texts"), "upkeep": N_("maintenance"), "bulk": N_("low priority")}

LATELY = timedelta(days=1)

MOST_GIVEN_UP = 20


@pages.page("/", right="health.see")
def health(ctx: RequestContext) -> str:
    """The page."""

    def look(uow: UnitOfWork) -> tuple[HealthPage, BackupStanding, tuple[int, ...], LastExamination | None]:
        counted = ("csp", "reports"), (receipts.STRAY, "texts"), (other_senders.COUNTED, ctx.line)
        page, so_far = health_page(uow, ctx.line), rate_limits.so_far(uow, *counted)
        values = records.stored(uow.session, examination.NAME)
        told = values.get(examination.NAME)
        return page, records.standing_in(values), so_far, None if told is None else examination.last_in(told)

    found, backups, (reports, strays, others), examined = ctx.look(look)
    scheduled = ctx.runtime.settings.backup_to is not None
    return ctx.page(
        "console/health/health.html",
        found=found,
        backups=backups,
        scheduled=scheduled,
        late=scheduled and backups.is_late(ctx.runtime.clock()),
        examined=examined,
        colors=COLORS,
        reports=reports,
        strays=strays,
        others=others,
        settings=list(settings_of(ctx.runtime.settings)),
        queues=QUEUES,
        redis=ctx.runtime.outbox.queue.reachable(),
    )


@pages.write("/check", right="outbox.change", shows=lambda ctx, **_where: health(ctx))
def check(ctx: RequestContext) -> Response:
    """Look at everything now, as `checkin doctor` does; it takes some seconds."""
    findings = examination.examine(ctx.runtime, coming_week, ctx.line)
    ctx.do(lambda uow: examination.keep(uow, findings))
    return ctx.to("health.health", _("Checked."))


def settings_of(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Each setting: its name, what it is, and its value when that is no secret and nobody's number."""
    for row in TABLE:
        value = getattr(settings, row.attribute)
        if row.name in SHOWN:
            yield row.name, row.help, str(value) if value is not None else row.default or ""
        elif row.attribute in settings.model_fields_set:
            yield row.name, row.help, MASK
        else:
            yield row.name, row.help, _("default: %(what)s", what=row.default or "")


@dataclass(frozen=True)
class QueueState:
    """What waits in one queue: due now, and since when the oldest is; for later."""

    name: str
    due: int
    later: int
    oldest: timedelta


@dataclass(frozen=True)
class ReportedFault:
    """One error of the network, in plain words, and how often it came. serious: the whole line may be mute."""

    code: int
    words: str
    serious: bool
    count: int
    last: datetime


@dataclass(frozen=True)
class HealthPage:
    """The page. sent, arrived, failed, unknown: texts of the last day that we sent."""

    health: read.Health
    queues: Sequence[QueueState]
    given_up: Sequence[Todo]
    sent: int
    arrived: int
    failed: int
    unknown: int
    faults: Sequence[ReportedFault]

    @property
    def alive(self) -> dict[str, bool]:
        """Each process, and whether it said lately that it lives."""
        return {name: age < STALE_AFTER for name, age in sorted(self.health.beats.items())}


def health_page(uow: UnitOfWork, line: str) -> HealthPage:
    """How the line is: seven statements."""
    session, first = uow.session, next(iter(uow.library.lines))
    counted, faults = _texts(session, line, uow.now)
    return HealthPage(
        health=read.health(session, uow.now),
        queues=_queues(session, uow.now),
        given_up=rows(session, "failed", uow.now, STUCK_AFTER, MOST_GIVEN_UP, is_seen_by(Outbox.line, line, first)),
        faults=faults,
        **counted,
    )


def _queues(session: Session, now: datetime) -> list[QueueState]:
    """Of the whole installation: its workers are shared by its lines."""
    due = case((Outbox.run_after <= now, 1), else_=0)
    found = session.execute(
        select(Outbox.queue, func.sum(due), func.count(), func.min(Outbox.run_after))
        .where(Outbox.done_at.is_(None))
        .group_by(Outbox.queue)
        .order_by(Outbox.queue)
    )
    return [
        QueueState(name, int(ready or 0), whole - int(ready or 0), max(now - oldest, timedelta()))
        for name, ready, whole, oldest in found
    ]


def _texts(session: Session, line: str, now: datetime) -> tuple[dict[str, int], list[ReportedFault]]:
    """How our texts of the last day fared, and which errors came: one statement."""
    found = session.execute(
        select(Message.status, Message.error_code, func.count(), func.max(Message.created_at))
        .where(Message.created_at >= now - LATELY, Message.line == line, Message.inbound.is_(False))
        .group_by(Message.status, Message.error_code)
    )
    counted = {"sent": 0, "arrived": 0, "failed": 0, "unknown": 0}
    faults: list[ReportedFault] = []
    for status, code, count, last in found:
        counted["sent"] += count
        counted["arrived"] += count if status in delivery_state.ARRIVED else 0
        counted["failed"] += count if status in delivery_state.LOST else 0
        counted["unknown"] += count if status == "unknown" else 0
        if code is not None:
            meaning = error_codes.meaning(code)
            words = meaning.words if meaning else N_("an unknown error: look it up at Twilio")
            words = words if code else N_("refused without a reason")
            faults.append(ReportedFault(code, words, meaning is not None and meaning.kind == "account", count, last))
    return counted, sorted(faults, key=lambda fault: (not fault.serious, -fault.count))
