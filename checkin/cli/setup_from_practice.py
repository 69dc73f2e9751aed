"""What a practice line may give to the real one: published flows, volunteers with their shifts, stories.

Copied, never moved: the practice line stays as it is, and nothing of what people texted or called there comes along.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator
from datetime import date, time
from pathlib import Path

from checkin.assembly import build
from checkin.cli.story_archive import exporting, files, importing
from checkin.core import practice_settings
from checkin.core.errors import UserError
from checkin.core.settings import Settings, is_made_up_number
from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing import definitions
from checkin.publishing import service as publishing
from checkin.runtime import Runtime
from checkin.setup.errors import CannotSetUp
from checkin.setup.first_people import BY
from checkin.volunteers import invitations, profile, queries, shifts
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Shift
from checkin.volunteers.profile import Offered
from checkin.volunteers.shifts import Times

PARTS = ("flows", "volunteers", "stories")


def chosen(written: str) -> tuple[str, ...]:
    """What to bring, by what was written on the command line. Raises CannotSetUp."""
    parts = PARTS if written == "all" else tuple(part.strip() for part in written.split(","))
    if strange := sorted(set(parts) - set(PARTS)):
        raise CannotSetUp(f"{', '.join(strange)} is nothing to bring: write {','.join(PARTS)}, some of them, or all")
    return parts


def practice_line(state: Path) -> Settings:
    """The settings of the practice line that `checkin up` has made in this folder. Raises CannotSetUp."""
    environ = practice_settings.fill_in({"CHECKIN_STATE": str(state)})
    if "TWILIO_API_URL" not in environ or not (state / "line.db").exists():
        raise CannotSetUp(f"there's no practice line in {state}: it's made by checkin up without any settings")
    return Settings.from_env(environ)


def bring(practice: Settings, live: Settings, parts: Collection[str], line: str) -> Iterator[str]:
    """Copy these parts, and say what came. Done again it brings what is new. Raises UserError."""
    given, taking = build(practice), build(live)
    try:
        given.start()
        taking.start()
        each: dict[str, Callable[[Runtime, Runtime, str], str]] = {
            "flows": _flows, "volunteers": _volunteers, "stories": _stories,
        }  # fmt: skip
        for part in PARTS:
            if part in parts:
                yield each[part](given, taking, line)
    finally:
        given.close()
        taking.close()


def _flows(given: Runtime, taking: Runtime, line: str) -> str:
    """Publish what is live there and not here, with its conversations."""
    there, here = given.library.flows, taking.library.flows
    newer = [flow for name, flow in there.items() if name not in here or here[name].hash != flow.hash]
    talks = given.read(definitions.talks)

    def publish(uow: UnitOfWork) -> None:
        live = definitions.live(uow.session)
        seen = {flow.name: live[flow.name].hash if flow.name in live else None for flow in newer}
        notes = {flow.name: "from the practice line" for flow in newer}
        publishing.publish(uow, newer, BY, notes, seen, {flow.name: talks.get(flow.name) for flow in newer})

    if newer:
        taking.do(publish)
    names = ", ".join(flow.name for flow in newer)
    return f"brought these flows: {names}" if newer else "the flows are the same already"


def _volunteers(given: Runtime, taking: Runtime, line: str) -> str:
    """Everybody who volunteers there under a number that can be real, with their shifts."""

    def read(uow: UnitOfWork) -> list[tuple[str, str, Offered, list[Times]]]:
        return [
            (
                volunteers.name_of(uow, member), volunteers.number_of(uow, member).e164, profile.offered_by(member),
                [_times(row) for row in queries.shifts_of(uow.session, member.id)],
            )
            for member in queries.team(uow.session, line) if member.state == "active"
        ]  # fmt: skip

    team = given.look(read)
    real = [member for member in team if not is_made_up_number(member[1])]
    came = taking.do(lambda uow: sum(_take_on(uow, line, *member) for member in real))
    left = f"; {len(team) - len(real)} with made-up numbers were left out" if len(real) < len(team) else ""
    return f"brought {came} volunteers{left}"


def _take_on(uow: UnitOfWork, line: str, name: str, number: str, offered: Offered, times: list[Times]) -> int:
    if name.casefold() in {volunteers.name_of(uow, member).casefold() for member in queries.team(uow.session, line)}:
        return 0
    volunteer = invitations.take_on(uow, line, name, number, offered, BY, agreed=True)
    for shift in times:
        try:
            shifts.add(uow, volunteer, shift)
        except UserError:  # one time that is over, or hours that are too many by now: the schedule shows the gap
            continue
    return 1


def _times(row: Shift) -> Times:
    begins = time.fromisoformat(row.starts_at)
    minutes = (begins.hour * 60 + begins.minute + row.minutes) % (24 * 60)
    return Times(
        begins, time(minutes // 60, minutes % 60), first=date.fromisoformat(row.starts_on), rule=row.rule or None,
        time_zone=row.time_zone, channels=row.channels,
    )  # fmt: skip


def _stories(given: Runtime, taking: Runtime, line: str) -> str:
    """What is published there, samples included only where they were never here."""
    with tempfile.TemporaryDirectory(prefix="checkin-", ignore_cleanup_errors=True) as folder:
        packed = Path(folder) / "stories"
        exporting.pack(given, line, packed)
        taken = importing.take_in(taking, line, files.opened(packed), publish=True)
    return f"brought {taken.new} stories and tips"
