"""The forms of shifts and volunteers: what stands in them, and what was typed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.i18n.gettext import _
from checkin.volunteers.models import Shift
from checkin.volunteers.profile import MOST_A_DAY, PROFILE, Offered, ProfileField
from checkin.volunteers.shifts import Times
from checkin.web.console.schedule.said import CODES, parts_of
from checkin.web.context import RequestContext

REPEATS = {
    "weeks": N_("Weekly on …"),
    "months": N_("Monthly on …"),
    "once": N_("Once"),
    "rule": N_("Advanced: by a rule (RFC 5545)"),
}
CHANNELS = {"": N_("calls and texts"), "voice": N_("calls only"), "text": N_("texts only")}


@dataclass(frozen=True)
class FilledForm:
    """What stands in the form of a shift, as words."""

    repeats: str = "weeks"
    days: frozenset[str] = frozenset()
    every: str = "1"
    nth: str = "1"
    rule: str = ""
    first: str = ""
    begins: str = "18:00"
    ends: str = "21:00"
    zone: str = ""
    channel: str = ""


def filled(ctx: RequestContext, row: Shift | None = None, first: date | None = None) -> FilledForm:
    """The form of this shift, or of a new one that begins today or on `first`; after a mistake, as it was typed."""
    if ctx.error and "begins" in ctx.request.form:
        words = {known.name: ctx.field(known.name) for known in fields(FilledForm) if known.name != "days"}
        return FilledForm(**words, days=frozenset(ctx.request.form.getlist("days")))
    return FilledForm(first=(first or ctx.now.astimezone(ctx.zone).date()).isoformat()) if row is None else _of(row)


def _of(row: Shift) -> FilledForm:
    parts = parts_of(row.rule)
    codes = [code for code in parts.get("BYDAY", "").split(",") if code]
    nths = {code[:-2] for code in codes}
    simple = not set(parts) - {"FREQ", "INTERVAL", "BYDAY"} and codes and len(nths) == 1
    repeats = "rule" if row.rule else "once"
    if simple and parts["FREQ"] == "WEEKLY" and nths == {""}:
        repeats = "weeks"
    elif simple and parts["FREQ"] == "MONTHLY" and nths <= {"1", "2", "3", "4", "-1"}:
        repeats = "months"
    begins = datetime.combine(date(2001, 1, 1), time.fromisoformat(row.starts_at))
    return FilledForm(
        repeats=repeats,
        days=frozenset(CODES[code[-2:]] for code in codes if code[-2:] in CODES),
        every=parts.get("INTERVAL", "1"),
        nth=next(iter(nths), "") or "1",
        rule=row.rule if repeats == "rule" else "",
        first=row.starts_on,
        begins=row.starts_at,
        ends=f"{begins + timedelta(minutes=row.minutes):%H:%M}",
        zone=row.time_zone,
        channel=row.channels[0] if len(row.channels) == 1 else "",
    )


def times(ctx: RequestContext) -> Times:
    """The shift that was typed. Raises UserError."""
    repeats, days = ctx.field("repeats"), tuple(ctx.request.form.getlist("days"))
    if repeats not in REPEATS:
        raise UserError(_("Choose how often."))
    if repeats in ("weeks", "months") and not days:
        raise UserError(_("Choose at least one day of the week."))
    if repeats == "rule" and not ctx.field("rule"):
        raise UserError(_("Enter the rule, like %(rule)s.", rule="FREQ=DAILY;INTERVAL=3"))
    return Times(
        begins=clock(ctx, "begins"),
        ends=clock(ctx, "ends"),
        days=days if repeats in ("weeks", "months") else (),
        first=day(ctx, "first") if ctx.field("first") else None,
        every=whole(ctx, "every", 1, 52) if repeats in ("weeks", "months") else 1,
        nth=whole(ctx, "nth", -1, 4) if repeats == "months" else None,
        rule=ctx.field("rule") if repeats == "rule" else None,
        time_zone=ctx.field("zone") or None,
        channels=(ctx.field("channel"),) if ctx.field("channel") else (),
    )


def offered(ctx: RequestContext) -> Offered:
    """What a volunteer offers, as it was typed. Raises UserError."""
    return Offered(**{name: _typed(ctx, name, known) for name, known in PROFILE.items()})


def _typed(ctx: RequestContext, name: str, known: ProfileField) -> Any:
    match known.kind:
        case "choices":
            return tuple(ctx.request.form.getlist(name))
        case "words":
            return tuple(part.strip().lower() for part in ctx.field(name).split(",") if part.strip())
        case "yes":
            return bool(ctx.field(name))
        case "number":
            return whole(ctx, name, 1, MOST_A_DAY) if ctx.field(name) else None
        case "zone":
            return ctx.field(name) or None


def clock(ctx: RequestContext, name: str) -> time:
    """A time of day that was typed. Raises UserError."""
    try:
        return time.fromisoformat(ctx.field(name)[:5].zfill(5))
    except ValueError as error:
        raise UserError(_("Enter times like 18:00.")) from error


def day(ctx: RequestContext, name: str) -> date:
    """A day that was typed. Raises UserError."""
    try:
        found = date.fromisoformat(ctx.field(name))
    except ValueError as error:
        raise UserError(_("Enter days like 2026-11-30.")) from error
    if not 2000 <= found.year <= 2200:
        raise UserError(_("Enter days like 2026-11-30."))
    return found


def whole(ctx: RequestContext, name: str, least: int, most: int) -> int:
    """A whole number that was typed. Raises UserError."""
    written = ctx.field(name)
    digits = written.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 5 and least <= int(written) <= most):
        raise UserError(_("Enter a whole number from %(least)s to %(most)s.", least=least, most=most))
    return int(written)
