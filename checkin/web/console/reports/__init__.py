"""The reports of a period, with a definition beside each figure; the same as tables to take away."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Response

from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.translatable import N_
from checkin.web import csv_export
from checkin.web.console.reports import figures
from checkin.web.context import RequestContext
from checkin.web.reads import reports as read
from checkin.web.registry import Menu, Pages

pages = Pages("reports", "/console/reports", Menu(N_("Reports"), "reports.see", 80))

PERIODS = {"7": N_("7 days"), "30": N_("30 days"), "90": N_("90 days"), "365": N_("a year")}
CHANNELS = {"": N_("Calls and texts"), "voice": N_("Calls"), "text": N_("Texts")}
LONGEST = timedelta(days=400)
OLDEST = timedelta(days=366 * 20)
"""Nothing is kept for so long; what is asked for beyond it, or after today, is as near as it can be."""


@pages.page("/", right="reports.see")
def reports(ctx: RequestContext) -> str:
    """The page. days, or since and until (both dates count); channel; language; shared: small numbers are kept back."""
    wanted, report = _report(ctx)
    shared = ctx.request.args.get("shared") == "1"
    return ctx.page(
        "console/reports/reports.html",
        wanted=wanted,
        last_day=(wanted.until - timedelta(minutes=1)).astimezone(ctx.zone).date(),
        days=ctx.request.args.get("days", ""),
        shared=shared,
        periods=PERIODS,
        channels=CHANNELS,
        languages_of=ctx.runtime.policy_of(ctx.line).languages,
        cut=report.cut,
        **figures.of(report, ctx.zone, shared=shared),
    )


@pages.page("/<any(asked, load, moods, stories, follow_ups):table>.csv", right="reports.see")
def export(ctx: RequestContext, table: str) -> Response:
    """One of its tables to take away, small numbers kept back; that it was taken is written down."""
    wanted, report = _report(ctx)
    ctx.do(lambda uow: audit.write(uow, ctx.who.by, AuditAction.TOOK_REPORT_AWAY, table))
    columns, rows = figures.table(table, report)
    return csv_export.sheet(f"{table}-{wanted.since.date()}", columns, rows)


def _report(ctx: RequestContext) -> tuple[read.ReportFilter, read.Report]:
    since, until = _period(ctx)
    channel, language = ctx.request.args.get("channel", ""), ctx.request.args.get("language", "")[:10]
    wanted = read.ReportFilter(since, until, channel if channel in CHANNELS else "", language)
    report = ctx.look(lambda uow: read.report(uow, ctx.line, wanted, ctx.zone))
    return wanted, report if ctx.may("names.see") else figures.without_names(report)


def _period(ctx: RequestContext) -> tuple[datetime, datetime]:
    """From midnight to midnight on the line's clock. What makes no sense is the last thirty days."""
    today = ctx.now.astimezone(ctx.zone).date()
    first, last = (_day(ctx, name) for name in ("since", "until"))
    if first is None:
        days = ctx.request.args.get("days", "30")
        first, last = today - timedelta(days=int(days if days in PERIODS else 30) - 1), today
    first = min(max(first, today - OLDEST), today)
    last = min(max(last or today, first), first + LONGEST)
    return _midnight(ctx, first), _midnight(ctx, last + timedelta(days=1))


def _day(ctx: RequestContext, name: str) -> date | None:
    try:
        return date.fromisoformat(ctx.request.args.get(name, ""))
    except ValueError:
        return None


def _midnight(ctx: RequestContext, day: date) -> datetime:
    return datetime.combine(day, time(), ctx.zone)
