"""A relayed text does not arrive: whoever wrote it reads so, once, and nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.delivery import receipts
from checkin.messages.models import Message
from checkin.telephony.port import MaybeDone, Refused
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.telephony.rules.error_codes import MEANINGS
from tests import make
from tests.cast import ANA, ODA, VEE
from tests.services.error_kinds import each_kind
from tests.services.phones import NAMES, relay, volunteer, volunteers
from tests.the_line import TheLine

NEVER_HEARD_OF = 39999
OPT_OUTS = [code for code, meaning in MEANINGS.items() if meaning.kind == "opted_out"]
ALL_OTHERS = [code for code in MEANINGS if code not in OPT_OUTS]

TO_VEE = "Your last text didn't reach"
TO_ANA = "Your last text hasn't reached your peer"


@pytest.fixture
def together(line: TheLine) -> TheLine:
    """Ana and Vee text with each other."""
    volunteers(line, VEE)
    line.answers(ANA, "PEER")
    line.answers(VEE, "TAKE")
    line.carries_out()
    return line


def receipt(line: TheLine, words: str, code: int | None, status: str = "undelivered", to: str | None = None) -> None:
    """The network says what became of the newest text with these words (to this volunteer)."""
    sent = line.runtime.read(lambda s: list(s.scalars(select(Message).where(Message.inbound.is_(False)))))
    whose = volunteer(line, to).id if to else None
    row = next(
        item
        for item in reversed(sent)
        if words in make.decrypted(line.runtime, item, "body_encrypted") and whose in (None, item.volunteer_id)
    )
    line.runtime.do(lambda uow: receipts.on_receipt(uow, row.id, MessageStatus(row.sid or "", status, code)))
    line.carries_out()


def says(line: TheLine, from_: str, words: str) -> None:
    line.answers(from_, words)
    line.carries_out()


def told(line: TheLine, number: str) -> int:
    """How often they read that something did not arrive."""
    return sum(text.startswith((TO_VEE, TO_ANA)) for text in line.sent_to(number))


@pytest.mark.parametrize("code", [*each_kind(ALL_OTHERS), NEVER_HEARD_OF, None])
def test_vee_reads_that_her_words_did_not_arrive_whatever_the_reason(together: TheLine, code: int | None) -> None:
    says(together, VEE, "I am with you")
    receipt(together, "I am with you", code)
    alias = together.contact(ANA).alias
    assert f"{TO_VEE} {alias} ({relay(together).number})" in together.sent_to(VEE)[-1]
    assert (told(together, VEE), told(together, ANA)) == (1, 0)


@pytest.mark.parametrize("code", [30003, 30008, NEVER_HEARD_OF])
def test_ana_reads_that_hers_did_not(together: TheLine, code: int) -> None:
    says(together, ANA, "are you there")
    receipt(together, "are you there", code)
    assert TO_ANA in together.sent_to(ANA)[-1]
    assert (told(together, VEE), told(together, ANA)) == (0, 1)


@pytest.mark.parametrize("code", OPT_OUTS)
def test_whoever_has_left_is_told_of_as_that(together: TheLine, code: int) -> None:
    says(together, VEE, "I am with you")
    receipt(together, "I am with you", code)
    assert told(together, VEE) == 0
    assert "left" in together.sent_to(VEE)[-1]


@pytest.mark.parametrize("error", [Refused("no", 30007), Refused("no")])
def test_what_the_network_does_not_even_take_is_told_too(together: TheLine, error: Refused) -> None:
    together.network.fail.append(error)
    says(together, VEE, "I am with you")
    assert told(together, VEE) == 1


def test_what_nobody_knows_to_have_left_is_told_once_we_have_looked(together: TheLine) -> None:
    together.network.fail.append(MaybeDone("timeout"))
    says(together, VEE, "I am with you")
    for _ in range(8):
        together.clock.forward(minutes=5)
        together.carries_out()
    assert told(together, VEE) == 1


def test_once_for_all_that_fails_together_and_again_later(together: TheLine) -> None:
    for words in ("first words", "second words"):
        says(together, VEE, words)
    receipt(together, "first words", 30003)
    receipt(together, "second words", 30003)
    receipt(together, "second words", 30003)  # Twilio may say it twice
    assert told(together, VEE) == 1
    together.clock.forward(minutes=11)
    says(together, VEE, "third words")
    receipt(together, "third words", 30003)
    assert told(together, VEE) == 2


def test_that_it_did_not_arrive_may_not_arrive_either_and_that_is_the_end_of_it(together: TheLine) -> None:
    says(together, VEE, "I am with you")
    receipt(together, "I am with you", 30003)
    receipt(together, TO_VEE, 30003)
    assert (told(together, VEE), told(together, ANA)) == (1, 0)


@pytest.mark.parametrize("arrives", delivery_state.ARRIVED)
def test_a_text_that_arrives_after_all_is_not_told_of(together: TheLine, arrives: str) -> None:
    says(together, VEE, "I am with you")
    sent = together.runtime.read(lambda s: list(s.scalars(select(Message).where(Message.kind == "relay"))))[-1]
    for status in ("undelivered", arrives):
        arrived = MessageStatus(sent.sid or "", status, 30003 if status == "undelivered" else None)
        together.runtime.do(lambda uow, arrived=arrived: receipts.on_receipt(uow, sent.id, arrived))
    together.carries_out()
    assert told(together, VEE) == 0


def test_a_lead_beside_them_reads_it_with_vee_and_ana_is_not_told_of_the_leads_phone(line: TheLine) -> None:
    NAMES[ODA] = "Oda"
    volunteers(line, ODA, lead=True, channels=["voice"])
    volunteers(line, VEE)
    line.answers(ANA, "PEER")
    line.answers(VEE, "TAKE")
    line.answers(VEE, "LEAD")
    line.carries_out()
    line.answers(ODA, f"LEAD {relay(line).number}")
    says(line, ODA, "I am here too")
    receipt(line, "Peer: I am here too", 30003)
    assert (told(line, VEE), told(line, ODA)) == (1, 1)
    says(line, ANA, "thank you both")
    receipt(line, "thank you both", 30003, to=ODA)
    assert told(line, ANA) == 0
    receipt(line, "thank you both", 30003, to=VEE)
    assert told(line, ANA) == 1
    del NAMES[ODA]


def test_in_spanish(line: TheLine) -> None:
    volunteers(line, VEE, languages=["es"])
    for words in ("ESPAÑOL", "AMIGO"):
        line.answers(ANA, words)
    line.answers(VEE, "TOMAR")
    line.carries_out()
    says(line, VEE, "aqui estoy")
    receipt(line, "aqui estoy", 30003)
    assert "no le llego a" in line.sent_to(VEE)[-1]
    says(line, ANA, "gracias")
    receipt(line, "gracias", 30003)
    assert "no ha llegado a la otra persona" in line.sent_to(ANA)[-1]


def test_where_the_network_says_that_vee_left_ana_is_not_left_with_her(together: TheLine) -> None:
    """Her talk is handed on at once: Ana reads how it goes on, and not that she may write to Vee again."""
    says(together, ANA, "are you there")
    receipt(together, "are you there", 21610)
    assert "We saved what you wrote" in together.sent_to(ANA)[-1]
    assert relay(together).state not in ("open", "joined")
