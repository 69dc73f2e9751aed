"""The kinds of tables that move in and out: their columns, and what other systems call them.

The one table: pages and commands show it, reading goes by it, and what moves out has the same columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.moving.rules.sheets import SheetRow


@dataclass(frozen=True)
class SheetColumn:
    """One column. also: what others call it, in small letters. out: whether it stands in what moves out."""

    name: str
    what: str
    also: tuple[str, ...] = ()
    needed: bool = False
    out: bool = True


@dataclass(frozen=True)
class MovedKind:
    """One kind of table."""

    label: str
    about: str
    columns: tuple[SheetColumn, ...]
    numbers: bool = True

    @property
    def out(self) -> tuple[str, ...]:
        """The headers of what moves out."""
        return tuple(column.name for column in self.columns if column.out)


_NUMBERS = (
    "phone", "phone number", "phonenumber", "phone_number", "cell", "cell phone", "mobile", "mobile phone", "tel",
    "telephone", "urn:tel", "urn tel", "contact[cell]", "contact number", "teléfono", "telefono", "número", "numero",
)  # fmt: skip
_NUMBER = SheetColumn("number", N_("phone number; without a country code, one of the line's country"), _NUMBERS, True)
_STOPS = (
    "opted out", "opted_out", "opt out", "opt_out", "optout", "opt-out", "contact[optout]", "is_opted_out",
    "opted_out_at", "unsubscribed", "stop", "baja",
)  # fmt: skip
_STOPPED = SheetColumn("stopped", N_("they said STOP: yes, or the day; it always wins"), _STOPS)
_FIRST = SheetColumn(
    "first_name", N_("first name, if it's in a column of its own"),
    ("first name", "firstname", "contact[firstname]", "given name"), out=False,
)  # fmt: skip
_LAST = SheetColumn(
    "last_name", N_("last name, if it's in a column of its own"),
    ("last name", "lastname", "contact[lastname]", "surname", "family name"), out=False,
)  # fmt: skip
_ZONE = SheetColumn("time_zone", N_("time zone, like America/Chicago"), ("timezone", "time zone", "tz"))

KINDS: dict[str, MovedKind] = {
    "volunteers": MovedKind(
        N_("Volunteers"),
        N_("Nobody is texted. Those who haven't agreed wait until you invite them."),
        (
            SheetColumn("name", N_("what the team calls them"), ("full name", "volunteer", "volunteer name", "nombre")),
            _NUMBER,
            _FIRST,
            _LAST,
            SheetColumn("languages", N_("languages they speak: en; es"), ("language", "idiomas")),
            SheetColumn("channels", N_("what they can be asked for: calls; texts"), ("type",)),
            SheetColumn("topics", N_("what they know well: family; alcohol")),
            SheetColumn("wishes", N_("what a contact may ask for: woman; veteran")),
            _ZONE,
            SheetColumn("daily_limit", N_("most conversations a day")),
            SheetColumn("always", N_("always on duty, without shifts: yes")),
            SheetColumn("lead", N_("a lead: yes")),
            SheetColumn("hours_agreed", N_("they agreed to longer hours: yes")),
            SheetColumn("page_only", N_("only acts on their page: yes")),
            SheetColumn("agreed", N_("they agreed to volunteer here: yes, or the day"), ("consent", "acepta")),
            SheetColumn("agreed_source", N_("where that's written down: a form of 2024"), ("consent_source",)),
            _STOPPED,
            SheetColumn("shift_info", N_("a yap helpline’s list: import it a second time, as shifts"), out=False),
        ),
    ),
    "shifts": MovedKind(
        N_("Shifts"),
        N_("Import the volunteers first: a shift is found by its volunteer's name or number."),
        (
            SheetColumn("volunteer", N_("the volunteer's name, as it is here"), ("name", "volunteer name")),
            replace(_NUMBER, needed=False, out=False),
            SheetColumn("days", N_("days of the week: mon; thu"), ("day", "days of the week", "día", "días")),
            SheetColumn("begins", N_("when it begins: 18:00"), ("start", "start time", "start_time", "from")),
            SheetColumn("ends", N_("when it ends: 21:00"), ("end", "end time", "end_time", "to", "until")),
            SheetColumn("first", N_("the first day: 2026-05-17; needed without days"), ("date", "first day", "starts")),
            SheetColumn("every", N_("every so many weeks: 2")),
            SheetColumn("nth", N_("which of its kind in the month: 1 to 4, -1 for the last")),
            SheetColumn("rule", N_("instead of days: a rule (RFC 5545)"), ("rrule",)),
            _ZONE,
            SheetColumn("channels", N_("only calls, or only texts"), ("type",)),
            SheetColumn("shift_info", N_("the shifts of a yap helpline's volunteer list"), out=False),
        ),
        numbers=False,
    ),
    "contacts": MovedKind(
        N_("Contacts"),
        N_("Nobody is texted or called. Without a consent in the file, nobody ever hears from us first."),
        (
            _NUMBER,
            SheetColumn("name", N_("what they want to be called"), ("full name", "contact name", "nombre")),
            _FIRST,
            _LAST,
            SheetColumn("language", N_("language: en, es"), ("idioma",)),
            _ZONE,
            SheetColumn("tags", N_("tags: new; veteran")),
            SheetColumn(
                "consents", N_("what they agreed to, each with its day: check_ins=2026-05-17; texts=2026-05-17")
            ),
            SheetColumn(
                "consent_date", N_("the day, if it's the same for all"), ("consent date", "consented_at"), out=False
            ),
            SheetColumn("consent_source", N_("where that's written down: a web form"), ("consent source",)),
            _STOPPED,
            SheetColumn("status", N_("active, stopped or blocked"), ("contact status",), out=False),
        ),
    ),
    "stops": MovedKind(
        N_("STOPs"),
        N_("A list of people who said STOP elsewhere: everyone in it is left in peace here, too."),
        (
            _NUMBER,
            SheetColumn("stopped", N_("when: 2026-05-17"), (*_STOPS, "date", "created_at", "updated_at")),
        ),
    ),
    "blocks": MovedKind(
        N_("Blocks"),
        N_("People who are connected with nobody for a while. They still get the crisis number."),
        (
            _NUMBER,
            SheetColumn("until", N_("until when: 2026-05-17; empty: 30 days"), ("blocked_until", "ends")),
            SheetColumn("reason", N_("why, without naming anyone"), ("why", "blocked_reason")),
        ),
    ),
    "stories": MovedKind(
        N_("Stories"),
        N_("Words only. They wait for review like any other; recordings come by the command line."),
        (
            SheetColumn("title", N_("its title in lists"), ("título",), True),
            SheetColumn("topics", N_("its topics: sober; nights"), ("temas",), True),
            SheetColumn("language", N_("its language: en, es"), ("idioma",), True),
            SheetColumn("consent", N_("the day its storyteller agreed to share it: 2026-05-17"), (), True),
            SheetColumn("words", N_("its words"), ("text", "story", "texto"), True),
            SheetColumn("note", N_("what a listener should know first"), ("content note",)),
            SheetColumn("credit", N_("the name its storyteller is thanked by")),
            SheetColumn("kind", N_("story, or tip")),
            SheetColumn("name", N_("imported only once under this name; without it, the title")),
        ),
        numbers=False,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class FoundColumns:
    """Which header of a file is which column of ours. unread: headers that nothing is taken from."""

    by_header: dict[str, str]
    unread: tuple[str, ...]

    def ours(self, row: SheetRow) -> SheetRow:
        """The row under our own headers."""
        return replace(row, cells={name: row.of(header) for header, name in self.by_header.items()})


def columns_in(kind: str, headers: Sequence[str]) -> FoundColumns:
    """Which columns these headers are. Raises UserError when one that is needed is missing, or stands there twice."""
    known = {alias: column.name for column in KINDS[kind].columns for alias in (column.name, *column.also)}
    known |= {alias.replace("_", " "): name for alias, name in list(known.items())}
    by_header: dict[str, str] = {}
    for header in headers:
        name = known.get(header)
        if name is None:
            continue
        if name in by_header.values():
            if header != name:
                continue  # ours goes before what another system calls the same
            by_header = {other: taken for other, taken in by_header.items() if taken != name}
        by_header[header] = name
    _check(kind, set(by_header.values()))
    return FoundColumns(by_header, tuple(header for header in headers if header and header not in by_header))


def _check(kind: str, found: set[str]) -> None:
    missing = [column.name for column in KINDS[kind].columns if column.needed and column.name not in found]
    if kind == "volunteers" and not found & {"name", "first_name"}:
        missing.insert(0, "name")
    if kind == "shifts" and not found & {"volunteer", "number"}:
        missing.insert(0, "volunteer")
    if kind == "shifts" and "shift_info" not in found:
        missing += [name for name in ("begins", "ends") if name not in found]
    if missing:
        raise UserError("the file has no column called %(name)s: rename the one that holds it", name=repr(missing[0]))


def full_name(row: SheetRow) -> str:
    """Their name, from one column or two."""
    return row.of("name") or " ".join(filter(None, (row.of("first_name"), row.of("last_name"))))
