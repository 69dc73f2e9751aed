"""Vee asks Oda to join her, on a call and by text; and Val does not want to be asked for somebody again."""

from __future__ import annotations

import pytest

from checkin.relays.models import Offer, Relay, VolunteerBlock
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, BEN, ODA, VAL, VEE
from tests.services.phones import Caller, Phone, ben_asks_for_a_peer, count, offer_to, phone_of, relay, volunteers
from tests.the_line import TheLine


@pytest.fixture
def line_with_oda(line: TheLine) -> TheLine:
    """Oda leads; she is never asked for a peer."""
    line.runtime.do(lambda uow: make.volunteer(uow, ODA, "Oda", lead=True, always=False))
    return line


def talking(line: TheLine) -> tuple[Caller, Phone]:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    vee.status("in-progress")
    ben.comes_round()
    return ben, vee


def texting(line: TheLine, *others: str) -> str:
    volunteers(line, VEE, *others)
    line.answers(ANA, "PEER")
    number = str(relay(line).number)
    line.answers(VEE, f"TAKE {number}")
    line.carries_out()
    return number


def newest(line: TheLine, number: str) -> str:
    line.carries_out()
    return line.sent_to(number)[-1]


def test_oda_joins_a_call_as_a_third(line_with_oda: TheLine) -> None:
    line = line_with_oda
    ben, vee = talking(line)
    assert "asked to join" in line.answers(VEE, "LEAD")
    line.carries_out()
    oda = phone_of(line, ODA)
    assert line.network.calls[-1].to == ODA
    assert "Vee asks a lead to join" in oda.picks_up()
    oda.presses("1")
    assert oda.room == vee.room == ben.room
    assert oda.reply.then.side == "lead"
    assert count(line, Alert, Alert.kind == "lead_wanted") == 1


def test_the_talk_goes_on_when_oda_leaves_it(line_with_oda: TheLine) -> None:
    line = line_with_oda
    ben, vee = talking(line)
    line.answers(VEE, "LEAD")
    line.carries_out()
    oda = phone_of(line, ODA)
    oda.takes_it()
    oda.room_tells("participant-leave", "participant_hung_up")
    oda.comes_out()
    assert relay(line).state == "joined"
    assert relay(line).lead_id is None
    line.clock.forward(minutes=5)
    vee.comes_out()
    assert "How was it" in ben.comes_out()


def test_odas_phone_stops_when_the_call_is_over(line_with_oda: TheLine) -> None:
    line = line_with_oda
    ben, _ = talking(line)
    line.answers(VEE, "LEAD")
    line.carries_out()
    oda = phone_of(line, ODA)
    ben.hangs_up()
    line.carries_out()
    assert line.network.ended == [oda.sid]
    assert "had to go" in oda.picks_up()
    assert count(line, Offer, Offer.live) == 0


def test_one_lead_joins_and_the_other_is_told(line_with_oda: TheLine) -> None:
    line = line_with_oda
    line.runtime.do(lambda uow: make.volunteer(uow, "+15555550122", "Uma", lead=True, always=False))
    talking(line)
    line.answers(VEE, "LEAD")
    line.carries_out()
    first, second = (Phone(line, call.url.rpartition("/")[2]) for call in line.network.calls[-2:])
    first.picks_up()
    second.picks_up()
    first.presses("1")
    assert "already" in second.presses("1")
    assert second.room is None


def test_without_a_lead_vee_hears_what_else_there_is(line: TheLine) -> None:
    talking(line)
    assert "988" in line.answers(VEE, "LEAD")


def test_oda_reads_along_and_writes_too(line_with_oda: TheLine) -> None:
    line = line_with_oda
    number = texting(line)
    assert "asked to join" in line.answers(VEE, "LEAD")
    assert f"Reply LEAD {number}" in newest(line, ODA)
    assert "You're with" in line.answers(ODA, f"LEAD {number}")
    assert "Oda is with you" in newest(line, VEE)
    assert "Someone else from our team" in line.sent_to(ANA)[-1]
    line.answers(ANA, "it is bad tonight")
    assert newest(line, ODA).endswith("it is bad tonight")
    assert line.sent_to(VEE)[-1].endswith("it is bad tonight")
    line.answers(ODA, "I am here too")
    assert newest(line, ANA) == "Peer: I am here too"
    assert line.sent_to(VEE)[-1] == f"{number} Oda: I am here too"
    line.answers(VEE, "thank you")
    assert newest(line, ODA) == f"{number} Vee: thank you"


def test_oda_leaves_and_vee_goes_on(line_with_oda: TheLine) -> None:
    line = line_with_oda
    number = texting(line)
    line.answers(VEE, "LEAD")
    line.answers(ODA, f"LEAD {number}")
    assert "You've left" in line.answers(ODA, "DONE")
    assert "Oda has left" in newest(line, VEE)
    assert relay(line).state == "joined"
    before = len(line.sent_to(ODA))
    line.answers(ANA, "still here")
    line.carries_out()
    assert len(line.sent_to(ODA)) == before


def test_oda_is_told_when_it_is_over(line_with_oda: TheLine) -> None:
    line = line_with_oda
    number = texting(line)
    line.answers(VEE, "LEAD")
    line.answers(ODA, f"LEAD {number}")
    line.answers(VEE, "DONE")
    assert "is finished" in newest(line, ODA)
    assert "LEAD" not in line.answers(ODA, "hello?").split(".")[0]


def test_only_leads_join_and_only_one(line_with_oda: TheLine) -> None:
    line = line_with_oda
    number = texting(line)
    volunteers(line, VAL, always=False)
    line.answers(VAL, f"LEAD {number}")
    assert relay(line).lead_id is None
    line.answers(ODA, f"LEAD {number}")
    line.runtime.do(lambda uow: make.volunteer(uow, "+15555550122", "Uma", lead=True, always=False))
    assert "already" in line.answers("+15555550122", f"LEAD {number}")


def test_block_hands_ana_on_and_vee_is_not_asked_for_her_again(line: TheLine) -> None:
    number = texting(line, VAL)
    assert "won't be asked" in line.answers(VEE, "BLOCK")
    assert count(line, VolunteerBlock) == 1
    line.answers(VAL, f"TAKE {number}")
    line.answers(VAL, "DONE")
    line.clock.forward(hours=1)
    before = len(line.sent_to(VEE))
    line.answers(ANA, "PEER")
    line.carries_out()
    assert len(line.sent_to(VEE)) == before
    assert line.answers(BEN, "PEER")
    line.carries_out()
    assert len(line.sent_to(VEE)) == before + 1, "everybody else is still hers to take"


def test_block_after_a_call_means_the_last_one(line: TheLine) -> None:
    ben, vee = talking(line)
    line.clock.forward(minutes=3)
    vee.comes_out()
    ben.comes_out()
    ben.hangs_up()
    assert "won't be asked" in line.answers(VEE, "BLOCK")
    line.clock.forward(hours=1)
    assert not ben_asks_for_a_peer(line).waits
    assert ben_asks_for_a_peer(line, ANA).waits
    assert offer_to(line, VEE).role == "peer"
    assert count(line, Relay) == 3
    assert count(line, Relay, Relay.state == "closed") == 1, "Ben asked, and that is counted"


def test_block_of_nobody_blocks_nobody(line: TheLine) -> None:
    volunteers(line, VEE)
    assert "not with anyone" in line.answers(VEE, "BLOCK")
    assert count(line, VolunteerBlock) == 0
