"""A backup comes back, and does not know who has said STOP since: the file that was kept apart does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from checkin.compliance import consent, erasures
from checkin.contacts import service as contacts
from checkin.contacts.models import Consent, Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import series
from checkin.reconciliation.jobs import compare
from tests.cast import ANA, BEN
from tests.services.living import agrees, follow_ups, lives
from tests.services.network_log import texted
from tests.the_line import TheLine

A_MONTH = timedelta(days=30)


@pytest.fixture
def backup(line: TheLine) -> Callable[[], Callable[[], None]]:
    """Makes a backup, and answers what restores it: everything since is as if it had not been."""
    connection = line.runtime.sessions.kw["bind"]
    assert isinstance(connection, Connection)

    def made() -> Callable[[], None]:
        return connection.begin_nested().rollback

    return made


Backup = Callable[[], Callable[[], None]]


def checks_in(line: TheLine) -> None:
    """Ana has agreed to be asked each week."""
    agrees(line, ANA, "check_ins")
    line.runtime.do(lambda uow: series.begin(uow, uow.session.scalars(select(Contact)).one(), "weekly_check_in"))


def saved(line: TheLine) -> str:
    return erasures.written(line.runtime.look(erasures.all_of))


def replayed(line: TheLine, file: str) -> tuple[int, int]:
    return line.runtime.do(lambda uow: erasures.replay(uow, erasures.read(file)))


def test_who_said_stop_since_is_never_written_to_again(line: TheLine, backup: Backup) -> None:
    checks_in(line)
    restore = backup()
    line.clock.forward(hours=1)
    line.answers(ANA, "STOP")
    file, left_at = saved(line), line.clock.now
    restore()
    assert line.contact(ANA).opted_out_at is None
    assert ANA not in file
    line.clock.forward(hours=1)
    assert replayed(line, file) == (0, 1)
    assert line.contact(ANA).opted_out_at == left_at
    lives(line, A_MONTH)
    assert line.sent_to(ANA) == []
    assert {row.reason for row in follow_ups(line)} == {"opted out"}
    assert replayed(line, file) == (0, 0), "twice does no harm"


def test_without_the_file_she_would_be(line: TheLine, backup: Backup) -> None:
    checks_in(line)
    restore = backup()
    line.answers(ANA, "STOP")
    restore()
    lives(line, A_MONTH)
    assert line.sent_to(ANA) != []


def test_start_after_stop_brings_texts_back_and_not_the_plan(line: TheLine, backup: Backup) -> None:
    checks_in(line)
    restore = backup()
    for word in ("STOP", "START", "STOP", "START"):
        line.clock.forward(hours=1)
        line.answers(ANA, word)
    file = saved(line)
    restore()
    assert replayed(line, file) == (0, 2)
    assert line.contact(ANA).opted_out_at is None
    assert {row.reason for row in follow_ups(line)} == {"opted out"}
    assert replayed(line, file) == (0, 0)


def test_a_start_that_came_after_the_restore_is_respected(line: TheLine, backup: Backup) -> None:
    checks_in(line)
    restore = backup()
    line.answers(ANA, "STOP")
    file = saved(line)
    restore()
    line.clock.forward(minutes=5)
    line.answers(ANA, "START")
    assert replayed(line, file) == (0, 0)
    assert line.contact(ANA).opted_out_at is None


def test_a_backup_that_is_newer_than_the_file_knows_better(line: TheLine, backup: Backup) -> None:
    checks_in(line)
    line.answers(ANA, "STOP")
    file = saved(line)
    line.clock.forward(minutes=5)
    line.answers(ANA, "START")
    backup()()
    assert replayed(line, file) == (0, 0)
    assert line.contact(ANA).opted_out_at is None


def test_somebody_whom_the_backup_never_met_is_let_be_and_welcome_again(line: TheLine, backup: Backup) -> None:
    restore = backup()
    said_hi = texted(BEN, "hi", line.clock.now)
    line.answers(BEN, "hi", said_hi.sid)
    line.clock.forward(minutes=10)
    line.answers(BEN, "STOP")
    file = saved(line)
    restore()
    assert replayed(line, file) == (0, 1)
    line.network.text_log.append(said_hi)
    line.clock.forward(minutes=10)
    compare(line.runtime, line.clock.now - timedelta(days=1))
    line.carries_out()
    assert line.sent_to(BEN) == [], "nor does reconciling write to him"
    line.answers(BEN, "START")
    assert line.contact(BEN).opted_out_at is None
    assert line.answers(BEN, "MENU") != ""


def test_the_log_of_the_network_knows_of_a_stop_that_is_in_no_file(line: TheLine, backup: Backup) -> None:
    checks_in(line)
    restore = backup()
    line.clock.forward(hours=8)
    stop = texted(ANA, "STOP", line.clock.now)
    line.answers(ANA, "STOP", stop.sid)
    restore()
    line.network.text_log.append(stop)
    line.clock.forward(hours=20)
    compare(line.runtime, line.clock.now - timedelta(days=2))
    lives(line, A_MONTH)
    assert line.contact(ANA).opted_out_at is not None
    assert line.sent_to(ANA) == []


def test_any_other_yes_that_was_taken_back_stays_so_and_no_yes_is_made_up(line: TheLine, backup: Backup) -> None:
    checks_in(line)
    restore = backup()

    def says(uow: UnitOfWork) -> None:
        ana = uow.session.scalars(select(Contact)).one()
        for name, given in (("check_ins", False), ("calls", True)):
            contacts.record_consent(
                uow, ana, name, given=given, wording="?", version="v", channel="sms", source=None
            )  # fmt: skip

    line.clock.forward(hours=1)
    line.runtime.do(says)
    file = saved(line)
    restore()
    assert replayed(line, file) == (0, 1)
    assert line.contact(ANA).consents == []
    assert {row.reason for row in follow_ups(line)} == {"consent withdrawn"}


def test_the_ledger_says_how_it_came_to_know(line: TheLine, backup: Backup) -> None:
    checks_in(line)
    restore = backup()
    line.answers(ANA, "STOP")
    at, file = line.clock.now, saved(line)
    restore()
    line.clock.forward(days=1)
    replayed(line, file)
    [row] = line.runtime.read(lambda s: list(s.scalars(select(Consent).where(Consent.name == consent.TEXTS))))
    assert (row.given, row.channel, row.at) == (False, "file", at)
    assert "backup" in row.wording


def test_forgotten_and_stopped_is_both_again(line: TheLine, backup: Backup) -> None:
    checks_in(line)
    restore = backup()
    for word in ("STOP", "FORGET", "FORGET"):
        line.clock.forward(minutes=1)
        line.answers(ANA, word)
    file = saved(line)
    restore()
    assert replayed(line, file) == (1, 0)
    [contact] = line.runtime.read(lambda s: list(s.scalars(select(Contact))))
    assert contact.number_encrypted is None
    assert contact.opted_out_at is not None
    assert replayed(line, file) == (0, 0)
