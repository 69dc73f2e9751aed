"""What was found out about a line, as values. None: it was not asked, or could not be; `unread` says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from checkin.telephony.account_port import AccountState, MessagingService, OwnedNumber, StudioFlow
from checkin.telephony.round_trip import RoundTrip


@dataclass(frozen=True)
class AccountFacts:
    """The account at the network. may_call: countries of the line, and whether calls there are allowed. unread: what
    could not be asked, and why."""

    state: AccountState | None = None
    balance: tuple[float, str] | None = None
    number: OwnedNumber | None = None
    numbers_known: bool = False
    service: MessagingService | None = None
    services_known: bool = False
    campaigns: tuple[str, ...] | None = None
    toll_free: str | None = None
    fallback: StudioFlow | None = None
    may_call: Mapping[str, bool] = field(default_factory=dict)
    profiles: tuple[str, ...] | None = None
    unread: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RedisFacts:
    """version None: it does not answer. Others None: it does not tell."""

    version: str | None = None
    policy: str | None = None
    append_only: bool | None = None
    private: bool = True


@dataclass(frozen=True)
class MachineFacts:
    """This machine and what the line keeps on it. schema: where the database is, and where it should be. free: bytes of
    the disk; backup, rehearsal: how long ago the last one was made; unreadable: contacts whose key is gone; mail: why
    the mail server takes nothing from us, None without one; media: why a sound could not be kept and read, "" when it
    was.
    """

    database: str
    schema: tuple[str | None, str | None]
    database_bytes: int | None
    wal_bytes: int
    redis: RedisFacts
    beats: Mapping[str, timedelta]
    oldest_due: timedelta
    given_up: tuple[str, ...]
    media: str
    free: int
    env_private: bool
    backup: timedelta | None = None
    rehearsal: timedelta | None = None
    unreadable: int = 0
    mail: str | None = None
    trouble: str = ""


@dataclass(frozen=True)
class PeopleFacts:
    """The line's people and words. leads: those whom texts reach. organizers: those who can sign in. cover: hours of
    volunteers that are wanted in the coming week, and how many of them are missing. refused: why requests of the
    network are refused now, by the open alert."""

    name: str
    sample_name: bool
    crisis_number: str
    leads: int
    organizers: int
    volunteers: int
    wanted: float
    missing: float
    at_once: int
    countries: tuple[str, ...]
    refused: str = ""
    flow_errors: int = 0


@dataclass(frozen=True)
class LineFacts:
    """All of it. at_network: whether texts and calls go to Twilio itself. skew: how far this machine's clock is ahead
    of the network's. proof: what the line's own answer must be signed with."""

    public_url: str
    number: str
    fallback_url: str | None
    service: str | None
    at_network: bool
    practice: bool
    made_up: str
    machine: MachineFacts
    people: PeopleFacts
    account: AccountFacts | None = None
    way: RoundTrip | None = None
    proof: str = ""
    skew: timedelta | None = None
    now: datetime | None = None
