"""How the line is, in plain words: processes, queues, texts, settings."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

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
from checkin.web.context import RequestContext
from checkin.web.reads import line_health as read
from checkin.web.reads.line_cover import coming_week
from checkin.web.registry import Menu, Pages

pages = Pages("health", "/console/health", Menu(N_("Health"), "health.see", 90))

MASK = "••••••••"
SHOWN = {"PUBLIC_URL", "TWILIO_API_URL", "CHECKIN_HOST", "PORT", "WEB_CONCURRENCY"}
"""Settings that stand on the page as they are; of the others only whether they are set."""

COLORS = {"green": (N_("good"), "good"), "amber": (N_("look"), "warn"), "red": (N_("wrong"), "bad")}
"""What a check of `checkin doctor` came to: its word, and how it is shown."""

QUEUES = {"ring": N_("ringing"), "text": N_("texts"), "upkeep": N_("maintenance"), "bulk": N_("low priority")}


@pages.page("/", right="health.see")
def health(ctx: RequestContext) -> str:
    """The page."""

    def look(uow: UnitOfWork) -> tuple[read.HealthPage, BackupStanding, tuple[int, ...], LastExamination | None]:
        counted = ("csp", "reports"), (receipts.STRAY, "texts"), (other_senders.COUNTED, ctx.line)
        page, so_far = read.page(uow, ctx.line), rate_limits.so_far(uow, *counted)
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
