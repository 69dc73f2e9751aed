"""What surrounds the relays that are tried in every order: the line, its network, and how it all comes to an end."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import Engine, select

from checkin.core.reply import WaitTick
from checkin.dispatch import dispatcher
from checkin.outbox import dead_letters
from checkin.outbox.models import Outbox
from checkin.relays.models import Relay
from tests import make
from tests.cast import VAL, VEE
from tests.services.phones import KIM, NAMES, ZOE
from tests.services.switchboard import Leg, Switchboard, WorkerDied, words
from tests.the_line import TheLine

TEAM = (VEE, VAL, ZOE, KIM)
PROMISED = timedelta(minutes=2, seconds=15)
"""A wait's spoken limit, and the time that its last request may take."""
RELAY_OVER = ("ended", "unanswered", "left", "message", "busy", "closed")
OFFER_OVER = ("declined", "no_answer", "busy", "failed", "machine", "canceled", "skipped")


class Surroundings(RuleBasedStateMachine):
    """A line on a transaction that is rolled back, and the ends that every order of events comes to."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="relays-"))
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.line = TheLine.on(self.connection, self.folder)
        self.board = Switchboard(self.line)
        make.put(self.line.runtime, gateway=self.board)
        self.worker_lives = True
        self.an_end_was_lost = False
        for number in TEAM:
            self.line.runtime.do(
                lambda uow, number=number: make.volunteer(uow, number, NAMES[number], daily_limit=1000)
            )

    def teardown(self) -> None:
        try:
            self.comes_to_an_end()
        finally:
            self.outer.rollback()
            self.connection.close()
            shutil.rmtree(self.folder)

    # --- the end --------------------------------------------------------------------------------------------

    def comes_to_an_end(self) -> None:
        """I3 and I5: everyone gets out, by their own leg alone; then all legs are over soon after the callers are."""
        self.board.fault = "none"
        self._callers_get_out_by_themselves()
        self._stuck_rows_come_back()
        for leg in self._legs("contact", "live"):
            self.board.hangs_up(leg)
        self._everything_is_told()
        self._work_off()
        self.line.clock.forward(seconds=5)
        self._work_off()
        self._legs_go_on()
        if self.an_end_was_lost:  # nobody told the line that a caller is gone: then the wait's limit is what ends it
            self.line.clock.forward(seconds=PROMISED.total_seconds())
            self._work_off()
            self._everything_is_told()
            self._work_off()
        self._i3_nothing_rings_or_lives()
        self.line.clock.forward(minutes=70)
        self._stuck_rows_come_back()
        self._work_off()
        assert set(self._read(select(Relay.state))) <= set(RELAY_OVER)
        self.i6_offers_add_up_and_none_outlives_its_relay()

    def _callers_get_out_by_themselves(self) -> None:
        """No worker, no news: the wait loop's own requests and time are enough."""
        for leg in self._legs("contact", "live"):
            began = self.line.clock.now
            while leg.state == "live" and isinstance(leg.reply.then, WaitTick):
                assert self.line.clock.now - began <= PROMISED, "the caller is still waiting"
                self.line.clock.forward(seconds=5)
                self.board.goes_on(leg) if leg.next is not None else self.board.presses(leg, None)

    def _everything_is_told(self) -> None:
        while self.board.mail:
            self.line.runtime.do(self.board.mail.pop(0).deliver)
        self._legs_go_on()
        while self.board.mail:
            self.line.runtime.do(self.board.mail.pop(0).deliver)

    def _i3_nothing_rings_or_lives(self) -> None:
        left = [leg for leg in self.board.legs if leg.state != "over"]
        assert not left, f"{[(leg.side, leg.state, words(leg.reply)) for leg in left]}"

    # --- inside ---------------------------------------------------------------------------------------------

    def _legs(self, side: str, state: str, number: str | None = None) -> list[Leg]:
        return [
            leg for leg in self.board.legs if leg.side == side and leg.state == state and number in (None, leg.number)
        ]

    def _waiting(self) -> list[Leg]:
        return [
            leg for leg in self._legs("contact", "live") if isinstance(leg.reply.then, WaitTick) and leg.next is None
        ]

    def _asked(self) -> list[Leg]:
        return [leg for leg in self._legs("volunteer", "live") if leg.asked and leg.next is None]

    def _to_go_on(self) -> list[Leg]:
        return [leg for leg in self.board.legs if leg.next is not None]

    def _legs_go_on(self) -> None:
        for _ in range(10):
            for leg in self.board.legs:
                if leg.next is not None:
                    self.board.goes_on(leg)

    def _phones_ring_out(self) -> None:
        for leg in self._legs("volunteer", "ringing"):
            if leg.rings_until is not None and leg.rings_until + timedelta(seconds=5) < self.line.clock.now:
                self.board.rings_out(leg, "no-answer")

    def _stuck_rows_come_back(self) -> None:
        self.line.runtime.do(lambda uow: dead_letters.release(uow, timedelta(0)))

    def _due(self) -> list[str]:
        now = self.line.clock.now
        return self._read(
            select(Outbox.id)
            .where(Outbox.done_at.is_(None), Outbox.claimed_at.is_(None), Outbox.run_after <= now)
            .where(Outbox.queue == "ring")
            .order_by(Outbox.run_after, Outbox.id)
        )

    def _perform(self, row_id: str) -> None:
        with contextlib.suppress(WorkerDied):
            dispatcher.dispatch(self.line.runtime, row_id)

    def _work_off(self) -> None:
        for _ in range(20):
            due = self._due()
            for row_id in due:
                self._perform(row_id)
            if not due:
                return

    def _read(self, query: object) -> list[str]:
        return self.line.runtime.read(lambda s: list(s.scalars(query)))
