"""Who would be asked, in which order, and why not the others: now, at another time, for somebody in particular."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.relays import preview
from checkin.relays.preview import Asked
from checkin.relays.rules.matching import Channel, Need
from checkin.web.console.schedule import said, views
from checkin.web.context import Here
from checkin.web.registry import Pages

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
        return views.named(work, preview.who(work, need, at))

    line = here.runtime.library.lines[here.line]
    return here.page(
        "console/schedule/asked.html",
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
