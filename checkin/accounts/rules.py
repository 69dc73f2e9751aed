"""Who may do what on the pages: the one place. A page names a right; a role has it or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from checkin.core.translatable import Translatable

Role = Literal["lead", "organizer", "reviewer", "volunteer_lead", "read_only", "volunteer"]
"""lead: the organizer lead, who also manages the others. volunteer: signed in by a texted link, not by a password."""

Right = Literal[
    "account",
    "now.see",
    "names.see",
    "alerts.close",
    "inbox.read",
    "inbox.answer",
    "people.read",
    "people.change",
    "people.reveal",
    "people.forget",
    "schedule.see",
    "schedule.change",
    "stories.see",
    "stories.review",
    "flows.see",
    "flows.publish",
    "outbox.see",
    "outbox.change",
    "reports.see",
    "health.see",
    "audit.see",
    "first_run",
    "moving",
    "organizers.manage",
    "volunteering",
]
"""`.see` shows no words of a contact; `.read` does. names.see: what contacts (by alias) and volunteers are called;
without it pages show figures."""

ROLES: tuple[Role, ...] = get_args(Role)
RIGHTS: tuple[Right, ...] = get_args(Right)
ORGANIZING: tuple[Role, ...] = tuple(role for role in ROLES if role != "volunteer")
"""The roles of people with a password."""

_TEAM: frozenset[Role] = frozenset({"lead", "organizer"})
_DUTY: frozenset[Role] = _TEAM | {"volunteer_lead"}
_LOOKERS: frozenset[Role] = _DUTY | {"read_only"}

MAY: dict[Right, frozenset[Role]] = {
    "account": frozenset(ORGANIZING),
    "now.see": _LOOKERS,
    "names.see": _DUTY,
    "alerts.close": _DUTY,
    "inbox.read": _DUTY,
    "inbox.answer": _DUTY,
    "people.read": _TEAM,
    "people.change": _TEAM,
    "people.reveal": _TEAM,
    "people.forget": _TEAM,
    "schedule.see": _LOOKERS,
    "schedule.change": _DUTY,
    "stories.see": _TEAM | {"reviewer", "read_only"},
    "stories.review": _TEAM | {"reviewer"},
    "flows.see": _TEAM,
    "flows.publish": _TEAM,
    "outbox.see": _TEAM,
    "outbox.change": _TEAM,
    "reports.see": _LOOKERS,
    "health.see": _TEAM | {"read_only"},
    "audit.see": frozenset({"lead"}),
    "first_run": _TEAM,
    "moving": _TEAM,
    "organizers.manage": frozenset({"lead"}),
    "volunteering": frozenset({"volunteer"}),
}


def may(role: Role, right: Right) -> bool:
    """Whether this role has this right."""
    return role in MAY[right]


@dataclass(frozen=True)
class Lasts:
    """How long somebody stays signed in: without doing anything, and at most."""

    idle: timedelta
    whole: timedelta


ORGANIZERS_STAY = Lasts(timedelta(minutes=30), timedelta(hours=12))
"""OWASP ASVS 4.0, 3.3.2 at level 2: half an hour idle, twelve hours at most."""

VOLUNTEERS_STAY = Lasts(timedelta(hours=24), timedelta(days=7))
"""On their own phone, through a long shift; their pages show no number and little of anybody."""

PASSWORD_AT_LEAST = 12
PASSWORD_AT_MOST = 200


def weak(password: str, *known: str) -> Translatable | None:
    """Why this password must not be used, in words that follow "the password"; None when it may.

    known: what others could guess it from (e-mail, name). Length does more than rules on letters (NIST SP 800-63B).
    """
    if len(password) < PASSWORD_AT_LEAST:
        return Translatable(
            "is too short: use at least %(least)s characters; a few words are fine", least=PASSWORD_AT_LEAST
        )
    if len(password) > PASSWORD_AT_MOST:
        return Translatable("is too long: use at most %(most)s characters", most=PASSWORD_AT_MOST)
    folded = password.casefold()
    if len(set(folded)) < 6:
        return Translatable("repeats too few characters: use a few unrelated words")
    if any(len(word) > 3 and word.casefold() in folded for word in known):
        return Translatable("contains your name or e-mail address: use something others can't guess")
    return None
