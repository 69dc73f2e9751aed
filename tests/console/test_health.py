"""Health in plain words, changes with before and after, organizers, first steps."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from sqlalchemy import select

from checkin.accounts.models import Organizer
from checkin.backups import records
from checkin.cases import service as cases
from checkin.core import audit
from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.doctor import service as doctor
from checkin.doctor.findings import DoctorFinding
from checkin.messages.models import Message
from checkin.outbox.models import Heartbeat
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.web.console.inbox.case_views import REASONS
from checkin.web.csv_export import cell
from tests import make
from tests.cast import ANA, BEN, VAL, VEE
from tests.console.browser import Browser
from tests.services.receipts import receipt
from tests.the_line import TheLine


def test_errors_of_the_network_are_said_in_words(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "hello")

    def fails(uow: UnitOfWork) -> None:
        for message in uow.session.scalars(select(Message).where(Message.inbound.is_(False))):
            message.status, message.error_code = "undelivered", 30003
        uow.session.add_all([Heartbeat(name="worker ring", at=uow.now), Heartbeat(name="clock", at=uow.now)])

    line.runtime.do(fails)
    shown = oda.opens("/console/health/").words
    assert "(30003)" in shown
    assert "1 not delivered" in shown
    assert "All is well." in shown
    line.clock.forward(minutes=5)
    assert "not responding worker ring" in oda.opens("/console/health/").words


def test_versions_of_flows_go_by_the_beginning_of_their_hash(line: TheLine, oda: Browser) -> None:
    new, old = "1f" * 32, "a0" * 32
    line.runtime.do(lambda uow: audit.write(uow, "Oda", "published a flow", "check_in", old, new))
    line.runtime.do(lambda uow: audit.write(uow, "Oda", "moved people who were waiting", "x", after=f"3 to {new}"))
    page, sheet = oda.opens("/console/audit/"), oda.opens("/console/audit/changes.csv")
    for shown in (page.words, sheet.html):
        assert new[:9] not in shown
        assert f"3 to {new[:8]}" in shown
        assert old[:8] in shown


def test_what_was_before_and_after_is_said_in_words_and_what_people_wrote_is_left(line: TheLine, oda: Browser) -> None:
    def written(uow: UnitOfWork) -> None:
        audit.write(uow, "Oda", "changed an organizer's role", "x", "organizer", "volunteer_lead")
        audit.write(uow, "Oda", "claimed a case", "x", "open", "claimed")
        audit.write(uow, "Oda", "viewed a number", "x", after="open")

    line.runtime.do(written)
    shown = oda.opens("/console/audit/").words
    assert "changed an organizer's role organizer volunteer lead" in shown
    oda.sends("/look", language="es", back="/console/audit/")
    shown = oda.opens("/console/audit/").words
    assert "organizador responsable de voluntarios" in shown
    assert "abierto tomado" in shown
    assert "vio un número open" in shown, "a reason is somebody's own words"


def test_whatever_arrived_counts_as_arrived(line: TheLine, oda: Browser) -> None:
    for number, status in zip((ANA, BEN), delivery_state.ARRIVED, strict=True):
        line.answers(number, "hi")
        receipt(line, number, status)
    assert "2 delivered" in oda.opens("/console/health/").words


def test_what_matches_nothing_is_counted_where_people_look(line: TheLine, oda: Browser) -> None:
    told = MessageStatus(make.sid("SM"), "delivered")
    for _ in range(2):
        line.runtime.do(lambda uow: receipts.on_receipt(uow, "nobody", told))
    line.answers("72345", "your code is 1234")
    shown = oda.opens("/console/health/").words
    assert "2 receipts in 30 days" in shown
    assert "1 text in 30 days from an app, a short code or a name" in shown


def test_settings_are_masked(line: TheLine, oda: Browser) -> None:
    html = oda.opens("/console/health/").html
    settings = line.runtime.settings
    for secret in (*settings.secrets, settings.twilio_auth_token, settings.twilio_account_sid, settings.line_number):
        assert secret not in html
    assert "https://line.example" in html
    assert "CHECKIN_SECRET" in html


def test_each_change_has_its_before_and_after(line: TheLine, oda: Browser) -> None:
    for body in ("hello", "4", "a message", "DONE"):
        line.answers(ANA, body)
    oda.sends("/console/inbox/1/claim")
    shown = oda.opens("/console/audit/?what=claimed").words
    assert "Oda claimed a case open claimed" in shown
    assert oda.who
    line.runtime.do(lambda uow: setattr(uow.session.get_one(Organizer, oda.who.id), "name_encrypted", None))  # type: ignore[union-attr]
    assert "former organizer claimed a case" in oda.opens("/console/audit/?what=claimed").words


def test_what_is_taken_away_has_no_formulas(line: TheLine, oda: Browser) -> None:
    tried = audit.AuditAction.TRIED_FOLLOWUP_AGAIN
    for words in ('=HYPERLINK("http://evil")', "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "＝1"):
        line.runtime.do(lambda uow, words=words: audit.write(uow, "a test", tried, "x", after=words))
    rows = list(csv.DictReader(io.StringIO(oda.asks("/console/audit/changes.csv?what=tried").html.lstrip("\ufeff"))))
    assert len(rows) == 6
    assert all(row["after"].startswith("'") for row in rows)
    assert "downloaded the changes" in oda.opens("/console/audit/").words


@pytest.mark.parametrize(
    ("value", "written"),
    [("hello", "hello"), (5, "5"), (-2.5, "-2.5"), (None, ""), ("=1", "'=1"), (" =1", "' =1"),
     ("\ufeff=1", "'\ufeff=1"), ("+1555", "'+1555"), ("-", "'-"), ("\r=1", "'\r=1"), ("＠x", "'＠x"), ("a=b", "a=b"),
     ("|x", "'|x")],
)  # fmt: skip
def test_a_cell(value: object, written: str) -> None:
    assert cell(value) == written


def test_somebody_is_invited_changed_and_removed(line: TheLine, oda: Browser) -> None:
    shown = oda.sends("/console/organizers/invite", email="ben@example.org", role="reviewer")
    assert "https://line.example/setup/" in shown.words
    ben = line.runtime.read(
        lambda session: session.scalars(select(Organizer).where(Organizer.state == "invited")).one().id
    )
    assert "isn't an e-mail address" in oda.sends("/console/organizers/invite", email="ben", role="reviewer").words
    assert "no role" in oda.sends("/console/organizers/invite", email="b@example.org", role="king").words
    assert "Role changed" in oda.sends(f"/console/organizers/{ben}/role", role="organizer").words
    assert "/setup/" in oda.sends(f"/console/organizers/{ben}/link").words
    assert "Removed and signed out" in oda.sends(f"/console/organizers/{ben}/remove").words
    assert "ben@example.org" not in oda.opens("/console/organizers/").words
    assert oda.who
    last = oda.sends(f"/console/organizers/{oda.who.id}/role", role="read_only")
    assert "last organizer lead" in last.words


def test_the_first_steps_are_done_one_by_one(line: TheLine, oda: Browser) -> None:
    shown = oda.opens("/console/first-steps/").words
    assert "988" in shown
    assert "{{" not in shown, "the greeting is shown as it is read"
    assert shown.count("to do") == 8
    assert "A lead to do" in shown
    assert "A backup number to do" in shown
    for step in ("crisis", "greeting", "hours"):
        assert "One step down." in oda.sends(f"/console/first-steps/{step}").words
    assert "no such step" in oda.sends("/console/first-steps/nothing").words
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    line.rings(BEN)
    assert oda.opens("/console/first-steps/").words.count("to do") == 3
    line.runtime.do(lambda uow: make.volunteer(uow, VAL, "Val", lead=True))
    there = replace(line.runtime.policy_of("default"), backup=make.number("+15555550123"))
    make.put(line.runtime, policy_of=lambda _line: there)
    assert oda.opens("/console/first-steps/").words.count("to do") == 1
    line.answers(VAL, "STOP")
    assert "A lead to do" in oda.opens("/console/first-steps/").words, "whom nothing reaches is none"
    what = line.runtime.read(lambda session: session.scalars(select(Audit.after).order_by(Audit.after)).all())
    assert {"crisis", "greeting", "hours"} <= set(what)


def test_every_reason_to_close_has_its_words() -> None:
    assert tuple(REASONS) == cases.REASONS


def test_what_checkin_doctor_found_stands_there_with_what_to_do(line: TheLine, oda: Browser) -> None:
    assert "Nobody has checked yet" in oda.opens("/console/health/").words
    found = [
        DoctorFinding("leads", "Leads", "red", "There is none <b>whom</b> texts reach.", "Add one."),
        DoctorFinding("balance", "Balance", "green", "20.00 USD are left."),
    ]
    line.runtime.do(lambda uow: doctor.keep(uow, found))
    shown = oda.opens("/console/health/")
    assert "wrong Leads There is none <b>whom</b> texts reach. Add one." in shown.words
    assert "good Balance 20.00 USD are left." in shown.words
    line.runtime.do(lambda uow: doctor.keep(uow, found[1:]))
    assert "Leads There is none" not in oda.opens("/console/health/").words


def test_an_organizer_has_it_checked_now(line: TheLine, oda: Browser) -> None:
    shown = oda.sends("/console/health/check").words
    assert "Checked." in shown
    assert "wrong Database It is at nothing" in shown  # a test's own tables come from no migration
    assert "good Disk" in shown


def test_backups_and_their_rehearsal_have_dates(line: TheLine, oda: Browser) -> None:
    shown = oda.opens("/console/health/").words
    assert "Last rehearsal of a restore never" in shown
    assert "set CHECKIN_BACKUP_TO" in shown

    def made(uow: UnitOfWork) -> None:
        records.begin_with(uow, "age1")
        for event in ("made", "saved", "rehearsed"):
            records.note(uow, event)

    line.runtime.do(made)
    assert "Last rehearsal of a restore never" not in oda.opens("/console/health/").words
    line.clock.forward(minutes=5)
    line.runtime.do(lambda uow: records.note(uow, "failed"))
    assert "The last backup failed" in oda.opens("/console/health/").words
