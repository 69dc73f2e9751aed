"""Whatever happens, in whatever order, told twice, late or never: the promises of a relay hold after each step."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select

from checkin.relays.models import Offer, Relay
from tests.cast import ANA, BEN
from tests.services.relay_surroundings import OFFER_OVER, RELAY_OVER, TEAM, Surroundings
from tests.services.switchboard import Fault, Leg, words

PEOPLE = (BEN, ANA)
FAULTS: tuple[Fault, ...] = (
    "none", "none", "none", "later", "refused", "lost before", "lost after", "dies before", "dies after",
    "polls meanwhile", "hangs up meanwhile", "is taken meanwhile",
)  # fmt: skip
PICK = st.integers(0, 99)


class Relays(Surroundings):
    """Two callers, four volunteers, a worker that may die, and a network that may say anything in any order."""

    # --- people ---------------------------------------------------------------------------------------------

    @initialize()
    def ben_asks_for_a_peer(self) -> None:
        self.board.calls_the_line(BEN)

    @precondition(lambda self: len(self._legs("contact", "live")) < len(PEOPLE))
    @rule()
    def somebody_asks_for_a_peer(self) -> None:
        there = {leg.number for leg in self._legs("contact", "live")}
        self.board.calls_the_line(next(who for who in PEOPLE if who not in there))

    @precondition(lambda self: self._waiting())
    @rule(pick=PICK, keys=st.sampled_from([None, None, None, None, "1", "0", "*", "7"]))
    def the_wait_loop_comes_round(self, pick: int, keys: str | None) -> None:
        self.line.clock.forward(seconds=1)
        self.board.presses(_one(self._waiting(), pick), keys)

    @precondition(lambda self: self._legs("contact", "live"))
    @rule(pick=PICK)
    def a_caller_hangs_up(self, pick: int) -> None:
        self.board.hangs_up(_one(self._legs("contact", "live"), pick))

    @precondition(lambda self: self._legs("volunteer", "ringing"))
    @rule(pick=PICK, by=st.sampled_from([None, None, None, "machine_start"]))
    def a_phone_is_picked_up(self, pick: int, by: str | None) -> None:
        self.board.picks_up(_one(self._legs("volunteer", "ringing"), pick), by)

    @precondition(lambda self: self._legs("volunteer", "ringing"))
    @rule(pick=PICK, how=st.sampled_from(["no-answer", "busy", "failed"]))
    def a_phone_is_not_picked_up(self, pick: int, how: str) -> None:
        self.board.rings_out(_one(self._legs("volunteer", "ringing"), pick), how)

    @precondition(lambda self: self._asked())
    @rule(pick=PICK, keys=st.sampled_from(["1", "1", "1", "2", "7", None]))
    def a_volunteer_presses(self, pick: int, keys: str | None) -> None:
        self.board.presses(_one(self._asked(), pick), keys)

    @precondition(lambda self: self._legs("volunteer", "ringing"))
    @rule(pick=PICK)
    def a_volunteer_takes_it_at_once(self, pick: int) -> None:
        leg = _one(self._legs("volunteer", "ringing"), pick)
        self.board.picks_up(leg)
        self.board.goes_on(leg)
        self.board.presses(leg, "1")

    @precondition(lambda self: self._waiting())
    @rule(pick=PICK, fault=st.sampled_from(FAULTS))
    def it_goes_as_it_should(self, pick: int, fault: Fault) -> None:
        """The phones ring and one is answered: what is told late may still be lying about."""
        self.board.fault = fault
        self._work_off()
        self.board.fault = "none"
        ringing = self._legs("volunteer", "ringing")
        if ringing:
            leg = _one(ringing, pick)
            self.board.picks_up(leg)
            self.board.goes_on(leg)
            self.board.presses(leg, "1")

    @precondition(lambda self: self._legs("volunteer", "live"))
    @rule(pick=PICK)
    def a_volunteer_hangs_up(self, pick: int) -> None:
        self.board.hangs_up(_one(self._legs("volunteer", "live"), pick))

    # --- the network ----------------------------------------------------------------------------------------

    @precondition(lambda self: self._to_go_on())
    @rule(pick=PICK)
    def a_leg_goes_on(self, pick: int) -> None:
        self.board.goes_on(_one(self._to_go_on(), pick))

    @precondition(lambda self: self.board.mail)
    @rule(pick=PICK, what=st.sampled_from(["deliver", "deliver", "twice", "lose"]))
    def mail_comes(self, pick: int, what: str) -> None:
        mail = self.board.mail[pick % len(self.board.mail)]
        if what != "twice":
            self.board.mail.remove(mail)
        if what != "lose":
            self.line.runtime.do(mail.deliver)
        elif mail.ends_a_contacts_call:
            self.an_end_was_lost = True

    @rule(seconds=st.sampled_from([1, 3, 10, 20, 45]))
    def time_passes(self, seconds: int) -> None:
        self.line.clock.forward(seconds=seconds)
        self._phones_ring_out()

    # --- the worker -----------------------------------------------------------------------------------------

    @precondition(lambda self: self.worker_lives and self._due())
    @rule(pick=PICK, fault=st.sampled_from(FAULTS))
    def the_worker_takes_a_row(self, pick: int, fault: Fault) -> None:
        due = self._due()
        self.board.fault = fault
        self._perform(due[pick % len(due)])
        self.board.fault = "none"

    @precondition(lambda self: self.worker_lives and self._due())
    @rule(fault=st.sampled_from(FAULTS))
    def the_worker_catches_up(self, fault: Fault) -> None:
        self.board.fault = fault
        self._work_off()
        self.board.fault = "none"

    @rule()
    def the_worker_dies_or_comes_back(self) -> None:
        self.worker_lives = not self.worker_lives
        if self.worker_lives:
            self._stuck_rows_come_back()

    # --- the promises ---------------------------------------------------------------------------------------

    @invariant()
    def i1_one_volunteer_at_most_is_joined(self) -> None:
        rooms = Counter(leg.room for leg in self._legs("volunteer", "live") if leg.room is not None)
        assert all(count == 1 for count in rooms.values())
        accepted = Counter(self._read(select(Offer.relay_id).where(Offer.state == "accepted")))
        assert all(count == 1 for count in accepted.values())

    @invariant()
    def i2_a_volunteer_is_in_one_live_offer_at_most(self) -> None:
        live = Counter(self._read(select(Offer.volunteer_id).where(Offer.live, Offer.channel == "voice")))
        assert all(count == 1 for count in live.values())

    @invariant()
    def i4_no_number_is_on_the_other_side(self) -> None:
        for leg, reply in self.board.heard:
            others = PEOPLE if leg.side == "volunteer" else TEAM
            assert not any(number[1:] in words(reply) for number in others)
        for text in self.board.texts:
            others = PEOPLE if text.to in TEAM else TEAM
            assert not any(number[1:] in text.body + text.status_url for number in others)
        self.board.heard.clear()

    @invariant()
    def i6_offers_add_up_and_none_outlives_its_relay(self) -> None:
        rows = self.line.runtime.read(
            lambda s: s.execute(
                select(Relay.state, Offer.state, Offer.live).join(Offer, Offer.relay_id == Relay.id)
            ).all()
        )
        for relay, offer, live in rows:
            assert not (relay in RELAY_OVER and live), f"a live offer ({offer}) of a relay that is {relay}"
            assert not (live and offer in OFFER_OVER)
            assert offer in (*OFFER_OVER, "planned", "ringing", "answered", "accepted")


def _one(legs: list[Leg], pick: int) -> Leg:
    return legs[pick % len(legs)]


EXAMPLES = int(os.environ.get("RELAY_EXAMPLES", "25"))
"""Orders that are tried on SQLite, and half of it on PostgreSQL. More find more: RELAY_EXAMPLES=2000 for a night."""

QUICKLY = 8
"""The orders that are tried at every change."""


@pytest.mark.parametrize(
    ("database", "examples"),
    [
        ("sqlite", QUICKLY),
        pytest.param("sqlite", EXAMPLES, marks=pytest.mark.long),
        pytest.param("postgresql", EXAMPLES // 2, marks=pytest.mark.long),
    ],
    indirect=["database"],
)
def test_the_promises_hold_in_every_order(database: Engine, examples: int) -> None:
    machine = type("RelaysHere", (Relays,), {"engine": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=80,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
