"""Each check, from facts: green when all is well, and each thing that can be wrong in its color with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checkin.doctor import service
from checkin.doctor.facts import AccountFacts, RedisFacts
from checkin.doctor.findings import DoctorFinding, worst
from checkin.telephony.account_port import AccountState, StudioFlow
from tests.doctor.states import OWNED, SERVICE, URL, well

TRIAL, SUSPENDED = AccountState("AC1", "", "active", "Trial"), AccountState("AC1", "", "suspended", "Full")
TOLL_FREE = {"number": "+18335550146"}
ON_SERVICE = replace(SERVICE, on_number=False)
OURS = dict(OWNED.addresses)


def of(check: str, **spoiled: Any) -> DoctorFinding:
    found = [finding for finding in service.judge(well(**spoiled)) if finding.check == check]
    assert len(found) == 1, f"{check} said nothing"
    return found[0]


def test_when_all_is_well_everything_is_green_and_nothing_is_to_be_done() -> None:
    findings = service.judge(well())
    assert [finding for finding in findings if finding.color != "green"] == []
    assert {finding.todo for finding in findings} == {""}
    assert len({finding.check for finding in findings}) == len(findings) >= 20


@pytest.mark.parametrize(
    ("check", "color", "words", "spoiled"),
    [
        ("credentials", "red", "didn't accept", {"account": {"state": None, "unread": {"state": "didn't accept"}}}),
        ("credentials", "red", "suspended", {"account": {"state": SUSPENDED}}),
        ("kind", "red", "trial", {"account": {"state": TRIAL}}),
        ("balance", "red", "0.00", {"account": {"balance": (0.0, "USD")}}),
        ("balance", "amber", "3.20 USD", {"account": {"balance": (3.2, "USD")}}),
        ("number", "red", "none of this account's", {"account": {"number": None}}),
        ("number", "red", "no texts", {"number": {"texts": False}}),
        ("number", "red", "a trunk", {"number": {"elsewhere": "a trunk"}}),
        ("addresses", "red", "texts", {"number": {"addresses": {**OURS, "sms_url": "https://old.example.net/"}}}),
        ("addresses", "red", "not by POST", {"number": {"not_posted": ("voice_url",)}}),
        ("addresses", "amber", "how calls ended", {"number": {"addresses": {**OURS, "status_callback": ""}}}),
        ("addresses", "red", 'messaging service "Peers"', {"account": {"service": ON_SERVICE}}),
        ("fallback", "red", "texts", {"number": {"addresses": {**OURS, "sms_fallback_url": ""}}}),
        ("fallback", "red", "texts", {"account": {"service": ON_SERVICE}}),
        ("fallback", "amber", "calls that we place", {"fallback_url": None}),
        ("fallback", "red", "this very machine", {"number": {"addresses": {**OURS, "voice_fallback_url": URL}}}),
        ("fallback", "red", "draft", {"account": {"fallback": StudioFlow("FW1", "", False, "")}}),
        ("registration", "red", "30034", {"account": {"service": None, "campaigns": None}}),
        ("registration", "amber", "being looked at", {"account": {"campaigns": ("IN_PROGRESS",)}}),
        ("registration", "red", "refused", {"account": {"campaigns": ("FAILED",)}}),
        ("registration", "red", "no 10DLC campaign", {"account": {"campaigns": ()}}),
        ("registration", "red", "30032", {"number": TOLL_FREE}),
        ("registration", "amber", "30032", {"number": TOLL_FREE, "account": {"toll_free": "IN_REVIEW"}}),
        ("registration", "red", "refused", {"number": TOLL_FREE, "account": {"toll_free": "TWILIO_REJECTED"}}),
        ("registration", "green", "verified", {"number": TOLL_FREE, "account": {"toll_free": "TWILIO_APPROVED"}}),
        ("service", "red", "has not this number", {"service": "MG2"}),
        ("service", "green", "senders", {"service": "MG1"}),
        ("at_once", "amber", "is 4", {"account": {"profiles": ("draft",)}}),
        ("permissions", "red", "CA", {"account": {"may_call": {"US": True, "CA": False}}}),
        ("emergency", "amber", "has none", {"number": {"emergency_address": False}}),
        ("unread", "amber", "balance", {"account": {"balance": None, "unread": {"balance": "no answer"}}}),
        ("made_up", "red", "made up", {"made_up": "PUBLIC_URL is made up"}),
        ("way", "red", "DNS", {"way": {"trouble": "no such host"}}),
        ("way", "red", "certificate", {"way": {"trouble": "certificate"}}),
        ("way", "red", "(https://elsewhere", {"way": {"trouble": "redirect", "leads_to": "https://elsewhere"}}),
        ("way", "red", "refuses our signature", {"way": {"status": 403, "proof": ""}}),
        ("way", "red", "no line behind it", {"way": {"status": 502, "proof": ""}}),
        ("way", "red", "no line (404)", {"way": {"status": 404, "proof": ""}}),
        ("way", "red", "another line's", {"way": {"proof": "another"}}),
        ("way", "amber", "5.0 seconds", {"way": {"seconds": 5.0}}),
        ("proxy", "red", "its word is not taken", {"way": {"trusted": False}}),
        ("proxy", "amber", "no proxy says", {"way": {"forwarded": False}}),
        ("refused", "red", "TWILIO_AUTH_TOKEN", {"people": {"refused": "TWILIO_AUTH_TOKEN isn't the account's"}}),
        ("clock", "red", "60 seconds ahead", {"skew": timedelta(minutes=1)}),
        ("clock", "red", "60 seconds behind", {"skew": timedelta(minutes=-1)}),
        ("database", "red", "OperationalError", {"machine": {"trouble": "OperationalError"}}),
        ("database", "red", "needs 0013", {"machine": {"schema": ("0012", "0013")}}),
        ("database", "amber", "WAL", {"machine": {"wal_bytes": 2**30}}),
        ("redis", "red", "does not answer", {"machine": {"redis": RedisFacts()}}),
        ("redis", "amber", "allkeys-lru", {"machine": {"redis": RedisFacts("7", "allkeys-lru", True)}}),
        ("redis", "amber", "appendonly no", {"machine": {"redis": RedisFacts("7", "noeviction", False)}}),
        ("redis", "amber", "no password", {"machine": {"redis": RedisFacts("7", None, None, False)}}),
        ("processes", "red", "the worker", {"machine": {"beats": {"clock": timedelta()}}}),
        ("processes", "red", "the clock", {"machine": {"beats": {"worker:ring": timedelta()}}}),
        ("processes", "amber", "90 s overdue", {"machine": {"oldest_due": timedelta(seconds=90)}}),
        ("processes", "amber", "ring", {"machine": {"given_up": ("ring",)}}),
        ("media", "red", "StoreFailed", {"machine": {"media": "StoreFailed: no"}}),
        ("disk", "red", "0.1 GB", {"machine": {"free": 100 * 1024**2}}),
        ("disk", "amber", "1.0 GB", {"machine": {"free": 1024**3}}),
        ("backups", "amber", "None has been made", {"machine": {"backup": None}}),
        ("backups", "amber", "3 days old", {"machine": {"backup": timedelta(days=3)}}),
        ("rehearsal", "amber", "36 days ago", {"machine": {"rehearsal": timedelta(days=36)}}),
        ("rehearsal", "amber", "No restore", {"machine": {"rehearsal": None}}),
        ("rehearsal", "green", "35 days ago", {"machine": {"rehearsal": timedelta(days=35)}}),
        ("keys", "red", "3 contacts", {"machine": {"unreadable": 3}}),
        ("at_once", "amber", "rings 7 seconds after", {"people": {"at_once": 8}}),
        ("mail", "red", "certificate isn't good", {"machine": {"mail": "the mail server's certificate isn't good"}}),
        ("mail", "green", "would take it", {"machine": {"mail": ""}}),
        ("env", "red", "Others", {"machine": {"env_private": False}}),
        ("leads", "red", "none whom texts reach", {"people": {"leads": 0}}),
        ("leads", "amber", "one", {"people": {"leads": 1}}),
        ("organizers", "red", "Nobody", {"people": {"organizers": 0}}),
        ("name", "amber", "sample", {"people": {"sample_name": True}}),
        ("crisis", "red", "line's own", {"people": {"crisis_number": "+12015550142"}}),
        ("cover", "red", "no volunteer", {"people": {"volunteers": 0}}),
        ("cover", "amber", "No cover", {"people": {"wanted": 0.0}}),
        ("cover", "amber", "10 of 40", {"people": {"missing": 10.0}}),
        ("cover", "red", "40 of 40", {"people": {"missing": 40.0}}),
        ("flows", "red", "2 errors", {"people": {"flow_errors": 2}}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_its_color(check: str, color: str, words: str, spoiled: dict[str, Any]) -> None:
    found = of(check, **spoiled)
    assert found.color == color
    assert words in found.said
    assert bool(found.todo) is (color != "green")


def test_an_account_that_does_not_open_is_said_once() -> None:
    closed = AccountFacts(unread={"state": "Twilio did not accept them"})
    found = service.judge(replace(well(), account=closed))
    assert [finding.check for finding in found if finding.color == "red"] == ["credentials"]


@pytest.mark.parametrize("machine", [{"trouble": "OperationalError"}, {"schema": ("0012", "0013")}])
def test_a_database_that_cannot_be_read_says_nothing_of_the_team(machine: dict[str, Any]) -> None:
    checks = {finding.check for finding in service.judge(well(machine=machine))}
    assert not checks & {"leads", "cover", "organizers", "flows"}


def test_the_worst_color_counts() -> None:
    assert worst([]) == "green"
    assert worst(service.judge(well())) == "green"
    assert worst(service.judge(well(people={"leads": 1}))) == "amber"
    assert worst(service.judge(well(people={"leads": 0}, machine={"backup": None}))) == "red"


def test_whoever_only_practices_needs_no_registration() -> None:
    spoiled: dict[str, Any] = {"account": {"service": None, "campaigns": None, "profiles": ()}, "fallback_url": None}
    assert {"registration", "at_once", "fallback"} <= {item.check for item in service.judge(well(**spoiled))}
    found = {item.check for item in service.judge(well(**spoiled, practice=True))}
    assert not found & {"registration", "at_once", "fallback", "emergency"}
    assert {"credentials", "number", "addresses"} <= found
