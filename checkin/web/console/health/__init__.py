"""How the line is, in plain words: processes, queues, texts, settings."""

from __future__ import annotations

from collections.abc import Iterator

from checkin.backups import records
from checkin.backups.records import BackupStanding
from checkin.conversations import other_senders
from checkin.core import rate_limits
from checkin.core.settings import TABLE, Settings
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.i18n.gettext import _
from checkin.web.context import RequestContext
from checkin.web.reads import line_health as read
from checkin.web.registry import Menu, Pages

pages = Pages("health", "/console/health", Menu(N_("Health"), "health.see", 90))

MASK = "••••••••"
SHOWN = {"PUBLIC_URL", "TWILIO_API_URL", "CHECKIN_HOST", "PORT", "WEB_CONCURRENCY"}
"""Settings that stand on the page as they are; of the others only whether they are set."""

QUEUES = {"ring": N_("ringing"), "text": N_("texts"), "upkeep": N_("upkeep"), "bulk": N_("what can wait")}


@pages.page("/", right="health.see")
def health(ctx: RequestContext) -> str:
    """The page."""

    def look(uow: UnitOfWork) -> tuple[read.HealthPage, BackupStanding, tuple[int, ...]]:
        counted = ("csp", "reports"), (receipts.STRAY, "texts"), (other_senders.COUNTED, ctx.line)
        return read.page(uow, ctx.line), records.standing(uow.session), rate_limits.so_far(uow, *counted)

    found, backups, (reports, strays, others) = ctx.look(look)
    scheduled = ctx.runtime.settings.backup_to is not None
    return ctx.page(
        "console/health/health.html",
        found=found,
        backups=backups,
        scheduled=scheduled,
        late=scheduled and backups.is_late(ctx.runtime.clock()),
        reports=reports,
        strays=strays,
        others=others,
        settings=list(settings_of(ctx.runtime.settings)),
        queues=QUEUES,
        redis=ctx.runtime.outbox.queue.reachable(),
    )


def settings_of(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Each setting: its name, what it is, and its value when that is no secret and nobody's number."""
    for row in TABLE:
        value = getattr(settings, row.attribute)
        if row.name in SHOWN:
            yield row.name, row.help, str(value) if value is not None else row.default or ""
        elif row.attribute in settings.model_fields_set:
            yield row.name, row.help, MASK
        else:
            yield row.name, row.help, _("as usual: %(what)s", what=row.default or "")
