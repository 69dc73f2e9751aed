"""The whole examination: facts found out, judged, and kept for the console."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checkin.assembly import DEFAULT_LINE, practice_clock
from checkin.contacts.models import StoredValue
from checkin.core.settings import Settings, SettingsError, refuse_examples
from checkin.core.unit_of_work import UnitOfWork
from checkin.doctor.facts import LineFacts, MachineFacts, PeopleFacts
from checkin.doctor.findings import DoctorFinding
from checkin.doctor.gathering import Cover, account_facts, machine_facts, people_facts
from checkin.doctor.rules import account as of_account
from checkin.doctor.rules import machine, people, way
from checkin.runtime import Runtime
from checkin.telephony import round_trip
from checkin.telephony.account import TwilioAccount
from checkin.telephony.twilio import TWILIO, TwilioGateway

NAME = "doctor"
NOBODY = PeopleFacts("", False, "", 0, 0, 0, 0, 0, 0, ())


@dataclass(frozen=True)
class LastExamination:
    """What was found when somebody last looked."""

    at: datetime
    findings: Sequence[DoctorFinding]


def examine(runtime: Runtime, cover: Cover, line: str = DEFAULT_LINE) -> list[DoctorFinding]:
    """Look at everything, ask the network and our own address, and judge. Takes seconds; what is down is a finding."""
    return judge(gather(runtime, cover, line))


def judge(facts: LineFacts) -> list[DoctorFinding]:
    """Every check that these facts say something of, in the order of the table."""
    skipped = of_account.NOT_FOR_PRACTICE if facts.practice else ()
    checks = [*way.CHECKS, *(check for check in of_account.CHECKS if check not in skipped), *machine.CHECKS]
    if _readable(facts.machine):
        checks += people.CHECKS
    return [finding for check in checks if (finding := check(facts)) is not None]


def gather(runtime: Runtime, cover: Cover, line: str = DEFAULT_LINE) -> LineFacts:
    """Find everything out."""
    settings, now = runtime.settings, runtime.clock()
    here = machine_facts(runtime, now)
    known = NOBODY
    if _readable(here):
        known = runtime.look(lambda uow: people_facts(uow, line, cover))
    nonce, lines = secrets.token_hex(16), runtime.library.lines
    number = lines[line].number or settings.line_number
    return LineFacts(
        public_url=settings.public_url,
        number=number,
        fallback_url=settings.twilio_fallback_url,
        service=lines[line].sending.service,
        at_network=settings.twilio_api_url is None,
        practice=settings.practice,
        made_up=_made_up(settings),
        machine=here,
        people=known,
        proof=runtime.keys.sign(round_trip.message(nonce)),
        now=now,
        **(_outside(settings, number, known.countries, nonce) if isinstance(runtime.gateway, TwilioGateway) else {}),
    )


def _outside(settings: Settings, number: str, countries: Sequence[str], nonce: str) -> dict[str, Any]:
    """What only others can tell: the network, and whoever answers at our public address."""
    sid, token = settings.twilio_account_sid, settings.twilio_auth_token
    account = TwilioAccount(sid, token, settings.twilio_api_url)
    return {
        "account": account_facts(account, number, settings.twilio_fallback_url, countries),
        "way": round_trip.ask(settings.public_url, sid, token, nonce),
        "skew": _skew(settings),
    }


def _readable(machine: MachineFacts) -> bool:
    """Whether the database can say anything of people."""
    return not machine.trouble and machine.schema[0] == machine.schema[1]


def keep(uow: UnitOfWork, findings: Sequence[DoctorFinding]) -> None:
    """Write down what was found, for whoever looks at the console."""
    value = {"at": uow.now.isoformat(), "findings": [finding.as_json() for finding in findings]}
    uow.session.merge(StoredValue(name=NAME, value=value, updated_at=uow.now))


def last(uow: UnitOfWork) -> LastExamination | None:
    """What was found the last time; None: nobody has looked yet."""
    row = uow.session.get(StoredValue, NAME)
    return None if row is None else last_in(row.value)


def last_in(told: Mapping[str, Any]) -> LastExamination:
    """What the stored value says."""
    return LastExamination(
        datetime.fromisoformat(told["at"]), [DoctorFinding(**finding) for finding in told["findings"]]
    )


def _made_up(settings: Settings) -> str:
    try:
        refuse_examples(settings)
    except SettingsError as error:
        return str(error)
    return ""


def _skew(settings: Settings) -> Any:
    """How far this machine's own clock, whatever practice time says, is ahead of the network's."""
    there = round_trip.network_time(settings.twilio_api_url or TWILIO)
    return practice_clock(None)() - there if there else None
