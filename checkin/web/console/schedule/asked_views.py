"""Who would be asked, in which order, and why not the others: now, at another time, for somebody in particular."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.relays import preview
from checkin.relays.preview import PreviewedVolunteer
from checkin.relays.rules.matching import Channel, Need
from checkin.web.console.schedule import named, said
from checkin.web.context import RequestContext
from checkin.web.registry import Pages

pages = Pages("schedule_asked", "/console/schedule/asked")


@pages.page("/", right="names.see")
def asked(ctx: RequestContext) -> str:
    """Everyone of the line: when their phone would ring, or why not."""
    wanted = {name: ctx.request.args.get(name, "").strip()[:40] for name in ("language", "topic", "wish", "at")}
    channel: Channel = "text" if ctx.request.args.get("channel") == "text" else "voice"
    need = Need(ctx.line, channel, wanted["language"] or None, _key(wanted["topic"]), wanted["wish"].lower() or None)
    at = _moment(ctx, wanted["at"])
    if wanted["at"] and at is None:
        ctx.error = _("Enter a time like 2026-11-30 18:00.")

    def look(uow: UnitOfWork) -> Sequence[tuple[str, PreviewedVolunteer]]:
        return named(uow, preview.who(uow, need, at))

    line = ctx.runtime.library.lines[ctx.line]
    return ctx.page(
        "console/schedule/asked.html",
        found=ctx.look(look), wanted=wanted, channel=channel, at=at, said=said, speaks=line.languages,
    )  # fmt: skip


def _key(topic: str) -> str | None:
    return "_".join(topic.lower().split()) or None


def _moment(ctx: RequestContext, written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    if not 2000 <= found.year <= 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=ctx.zone)
