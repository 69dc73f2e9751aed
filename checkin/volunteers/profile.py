"""What a volunteer offers, field by field. Pages show, ask for and read whatever stands here; so does the file of all
that is kept about them. A new field is a column of `Volunteer`, a line here, and its label in Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.translatable import N_, Translatable
from checkin.volunteers.models import Volunteer

CHANNELS = {"voice": N_("calls"), "text": N_("texts")}

MOST_A_DAY = 100
_TOPIC = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True)
class ProfileField:
    """How one field is asked for and shown.

    kind: some of several choices; words with commas between; a whole number or none; a time zone; yes or no. more: in
    the second part of the form. fact: what the page says where it is a yes; None: a badge says it. keep: what of it is
    kept.
    """

    kind: Literal["choices", "words", "number", "zone", "yes"]
    label: str
    hint: str = ""
    more: bool = True
    fact: tuple[str, str] | None = None
    keep: Callable[[Any], Any] = lambda given: given


def _topics(given: Sequence[str]) -> list[str]:
    topics = {re.sub(r"[\s-]+", "_", written.strip().lower()): written for written in given}
    for topic, written in topics.items():
        if _TOPIC.fullmatch(topic) is None:
            raise UserError(
                "%(written)s isn't a topic: use letters and digits, such as family or new_here", written=repr(written)
            )
    return sorted(topics)


def _of(default: Any, *how: Any, **more: Any) -> Any:
    return field(default=default, metadata={"shown": ProfileField(*how, **more)})


@dataclass(frozen=True)
class Offered:
    """What somebody offers. time_zone None: the line's. daily_limit None: the line's. page_only: a text from their
    number is not obeyed. Lists are kept without what stands in them twice.
    """

    languages: Sequence[str] = _of(
        ("en",), "choices", N_("Speaks"), more=False, keep=lambda given: list(dict.fromkeys(given))
    )
    channels: Sequence[str] = _of(
        tuple(CHANNELS), "choices", N_("Can be asked for"), more=False,
        keep=lambda given: [channel for channel in CHANNELS if channel in given],
    )  # fmt: skip
    topics: Sequence[str] = _of(
        (), "words", N_("Knows well"), N_("Separated by commas: family, alcohol."), more=False, keep=_topics
    )
    wishes: Sequence[str] = _of(
        (), "words", N_("What a contact may ask for in a peer"), N_("Separated by commas: woman, veteran."),
        keep=lambda given: sorted({wish.strip().lower() for wish in given}),
    )  # fmt: skip
    time_zone: str | None = _of(None, "zone", N_("Time zone"), N_("Like America/Chicago."))
    daily_limit: int | None = _of(None, "number", N_("Most conversations a day"), N_("Empty: the line's limit."))
    always: bool = _of(False, "yes", N_("Always on duty, without shifts"))
    lead: bool = _of(False, "yes", N_("A lead: told when someone has to step in"))
    hours_agreed: bool = _of(False, "yes", N_("They agreed to longer hours"), fact=(N_("Longer hours"), N_("agreed")))
    page_only: bool = _of(
        False, "yes", N_("Only acts on their page: commands texted from their number are ignored"),
        fact=(N_("Can act"), N_("only on their page")),
    )  # fmt: skip


PROFILE: dict[str, ProfileField] = {column.name: column.metadata["shown"] for column in fields(Offered)}
"""By the name of the column, in the order of the form."""


def offered_by(volunteer: Volunteer) -> Offered:
    """What they offer now."""
    now: dict[str, Any] = {name: getattr(volunteer, name) for name in PROFILE}
    return Offered(**now | {name: tuple(value) for name, value in now.items() if isinstance(value, list)})


def write(volunteer: Volunteer, offered: Offered, time_zone: str) -> None:
    """What they offer from now on. time_zone: the line's."""
    for name, known in PROFILE.items():
        setattr(volunteer, name, known.keep(getattr(offered, name)))
    volunteer.time_zone = offered.time_zone or time_zone


def check(offered: Offered, speaks: Sequence[str]) -> None:
    """Raises UserError for what cannot be offered. speaks: the languages of the line."""
    for given, known, what in (
        (offered.languages, speaks, Translatable("language of this line")),
        (offered.channels, tuple(CHANNELS), Translatable("channel")),
    ):
        if not given or set(given) - set(known):
            strange = ", ".join(sorted(set(given) - set(known))) or Translatable("nothing")
            raise UserError(
                "%(strange)s isn't a %(what)s: choose from %(known)s, separated by commas",
                strange=strange,
                what=what,
                known=", ".join(known),
            )
    if offered.daily_limit is not None and offered.daily_limit < 1:
        raise UserError(
            "a daily limit of %(daily_limit)s: enter a whole number, 1 or more", daily_limit=offered.daily_limit
        )
    if offered.time_zone:
        zone(offered.time_zone)
