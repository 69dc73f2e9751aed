"""The ledger: every yes and no with the words that were shown, never changed; and being forgotten for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.compliance import erasures
from checkin.compliance.models import Erasure
from checkin.contacts.models import Consent, Contact
from checkin.core.errors import UserError
from tests.cast import ANA, BEN
from tests.services.living import follow_ups, lives
from tests.the_line import TheLine

SID = "SM" + "7" * 32


def ledger(line: TheLine) -> list[Consent]:
    return line.runtime.read(lambda s: list(s.scalars(select(Consent).order_by(Consent.at, Consent.id))))


def agreed(line: TheLine) -> None:
    line.answers(ANA, "CHECKIN")
    line.answers(ANA, "5")
    line.clock.forward(minutes=1)
    line.answers(ANA, "yes", SID)


def test_a_yes_is_kept_with_its_words_version_channel_time_and_sid(line: TheLine) -> None:
    agreed(line)
    [row] = ledger(line)
    assert (row.name, row.given, row.channel, row.source, row.at) == ("check_ins", True, "sms", SID, line.clock.now)
    assert "May we text you once a week" in row.wording
    assert row.wording_version == line.runtime.library.flows["check_in"].hash
    assert row.number_key == line.contact(ANA).number_key


def test_the_ledger_is_only_ever_added_to(line: TheLine) -> None:
    agreed(line)
    seen: list[tuple[object, ...]] = []
    for words in ("please stop texting me", "START", "STOP", "PAUSE 2 WEEKS", "START", "quit"):
        line.clock.forward(minutes=1)
        line.answers(ANA, words)
        now = [(row.id, row.name, row.given, row.wording, row.at) for row in ledger(line)]
        assert now[: len(seen)] == seen
        seen = now
    assert [(name, given) for _, name, given, *_ in seen] == [
        ("check_ins", True), ("texts", False), ("texts", True), ("texts", False), ("texts", True), ("texts", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words", ["STOP", "please stop texting me", "wrong number", "no me escriban más", "take me off"]
)
def test_a_no_in_plain_words_stops_everything_before_anything_else(line: TheLine, words: str) -> None:
    agreed(line)
    line.answers(ANA, words)
    lives(line, timedelta(days=30))
    assert line.sent_to(ANA) == []
    assert {row.state for row in follow_ups(line)} == {"cancelled"}
    assert line.contact(ANA).opted_out_at is not None


def forgets(line: TheLine) -> None:
    line.answers(ANA, "FORGET")
    line.answers(ANA, "FORGET")


def test_being_forgotten_leaves_a_hash_and_nothing_else_of_her(line: TheLine) -> None:
    agreed(line)
    key = line.contact(ANA).number_key
    forgets(line)
    [contact] = line.runtime.read(lambda s: list(s.scalars(select(Contact))))
    assert (contact.number_encrypted, contact.number_key, contact.hours) == (None, None, None)
    [noted] = line.runtime.read(lambda s: list(s.scalars(select(Erasure))))
    assert (noted.number_key, noted.opted_out) == (key, False)
    lives(line, timedelta(days=30))
    assert line.sent_to(ANA) == []


def test_a_backup_that_comes_back_forgets_her_again(line: TheLine) -> None:
    agreed(line)
    line.answers(BEN, "hi")
    before = line.contact(ANA)
    kept = {
        name: getattr(before, name) for name in ("number_key", "number_encrypted", "alias", "consents", "created_at")
    }
    line.clock.forward(days=1)
    forgets(line)
    file = erasures.written(line.runtime.do(erasures.all_of))
    assert ANA not in file

    def restored(uow: object) -> None:  # the row as yesterday's backup had it
        contact = uow.session.get(Contact, before.id)  # type: ignore[attr-defined]
        for name, value in kept.items():
            setattr(contact, name, value)

    line.runtime.do(restored)
    assert line.contact(ANA).number_encrypted is not None
    assert line.runtime.do(lambda uow: erasures.replay(uow, erasures.read(file))) == (1, 0)
    assert line.runtime.read(lambda s: s.get(Contact, before.id)).number_encrypted is None
    assert line.contact(BEN).number_encrypted is not None
    assert line.runtime.do(lambda uow: erasures.replay(uow, erasures.read(file))) == (0, 0)


def test_who_comes_back_after_being_forgotten_is_someone_new(line: TheLine) -> None:
    agreed(line)
    forgets(line)
    file = erasures.written(line.runtime.do(erasures.all_of))
    line.clock.forward(days=1)
    line.answers(ANA, "hi")
    assert line.runtime.do(lambda uow: erasures.replay(uow, erasures.read(file))) == (0, 0)
    assert line.contact(ANA).number_encrypted is not None


A_HASH = "ab" * 32


@pytest.mark.parametrize(
    "text",
    [
        "",
        "something else",
        f"{erasures.HEAD}\nforgotten\tdefault\tzz\t0\t2026-01-01T00:00:00+00:00",
        f"{erasures.HEAD}\nforgotten\tdefault\t{A_HASH}\t0\t2026-01-01",
        f"{erasures.HEAD}\nsaid\tdefault\t{A_HASH}\t0\t2026-01-01T00:00:00+00:00",
        f"{erasures.HEAD}\nheard\tdefault\t{A_HASH}\t0\t2026-01-01T00:00:00+00:00",
    ],
    ids=["empty", "another", "no hash", "no zone", "a part is missing", "another kind"],
)
def test_another_file_is_refused_and_nothing_is_changed(text: str) -> None:
    with pytest.raises(UserError):
        erasures.read(text)
