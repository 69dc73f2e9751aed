"""Who would be asked, in which order, and why not the others: now, at another time, for somebody in particular."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from checkin.console.rota import said, views
from checkin.i18n.gettext import _
from checkin.pages.here import Here
from checkin.pages.registry import Pages
from checkin.rules.matching import Channel, Need
from checkin.services.team import asking
from checkin.services.team.asking import Asked
from checkin.work import Work

pages = Pages("rota_asked", "/console/rota/asked")


@pages.page("/", right="names.see")
def asked(here: Here) -> str:
    """The answer to `checkin who --explain`."""
    wanted = {name: here.request.args.get(name, "").strip()[:40] for name in ("language", "topic", "wish", "at")}
    channel: Channel = "text" if here.request.args.get("channel") == "text" else "voice"
    need = Need(here.line, channel, wanted["language"] or None, _key(wanted["topic"]), wanted["wish"].lower() or None)
    at = _moment(here, wanted["at"])
    if wanted["at"] and at is None:
        here.mistake = _("Write a time like 2026-11-30 18:00.")

    def look(work: Work) -> Sequence[tuple[str, Asked]]:
        return views.named(work, asking.who(work, need, at))

    line = here.site.runtime.library.lines[here.line]
    return here.page(
        "console/rota/asked.html",
        found=here.look(look), wanted=wanted, channel=channel, at=at, said=said, speaks=line.languages,
    )  # fmt: skip


def _key(topic: str) -> str | None:
    return "_".join(topic.lower().split()) or None


def _moment(here: Here, written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    if not 2000 <= found.year <= 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=here.zone)
