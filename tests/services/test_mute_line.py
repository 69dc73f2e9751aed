"""When the whole line may be mute somebody hears of it, whatever the table of codes says."""

from __future__ import annotations

from checkin.core import rate_limits
from checkin.delivery import receipts
from checkin.messages import service as messages
from checkin.telephony.port import Refused
from checkin.telephony.rules.arrivals import MessageStatus
from tests import make
from tests.cast import ANA, BEN, ODA, REX
from tests.services.receipts import alerts, oda_leads, receipt
from tests.the_line import TheLine


def strangers(line: TheLine, count: int, code: int) -> None:
    """So many people text, and our answers to them fail like this."""
    for nth in range(count):
        number = f"+155555502{nth:02}"
        line.answers(number, "hi")
        receipt(line, number, "undelivered", code)


def test_a_code_that_nobody_knows_alarms_when_it_is_everybodys(line: TheLine) -> None:
    oda_leads(line)
    strangers(line, 2, 39999)
    assert "line_mute" not in alerts(line)
    strangers(line, 4, 39999)
    assert alerts(line).count("line_mute") == 1
    [told] = [words for words in line.sent_to(ODA) if "may not be able to send" in words]
    assert "39999" in told
    assert "doctor" not in told  # there is no such command


def test_one_person_who_gets_nothing_is_no_mute_line(line: TheLine) -> None:
    oda_leads(line)
    for _ in range(5):
        line.clock.forward(minutes=1)
        line.answers(ANA, "hello there my friend")
        receipt(line, ANA, "undelivered", 39999)
    assert "line_mute" not in alerts(line)


def test_somebody_who_is_reached_breaks_the_row(line: TheLine) -> None:
    oda_leads(line)
    strangers(line, 2, 39999)
    line.clock.forward(minutes=1)
    line.answers(ANA, "hi")
    receipt(line, ANA, "delivered")
    line.clock.forward(minutes=1)
    line.answers(BEN, "hi")
    receipt(line, BEN, "undelivered", 39999)
    assert "line_mute" not in alerts(line)


def test_a_known_code_alarms_too_when_it_is_everybodys(line: TheLine) -> None:
    """Six phones that are off in a row are not six phones."""
    oda_leads(line)
    strangers(line, 6, 30003)
    assert alerts(line).count("line_mute") == 1


def test_a_refusal_without_a_code_counts_as_well(line: TheLine) -> None:
    oda_leads(line)
    for number in (ANA, BEN, REX):
        line.answers(number, "hi")
        line.network.fail = [Refused("could not send a text: the network answered 403")]
        line.runtime.do(
            lambda uow, number=number: messages.send(
                uow, line="default", contact=line.contact(number), body="hello", kind="notice"
            )
        )
        line.carries_out()
    assert alerts(line).count("line_mute") == 1


def test_what_carriers_found_too_fast_slows_us_down_and_is_told(line: TheLine) -> None:
    oda_leads(line)
    line.answers(ANA, "hi")
    receipt(line, ANA, "undelivered", 30022)
    assert "line_mute" in alerts(line)
    line.clock.forward(minutes=6)
    line.carries_out()
    assert len(line.sent_to(ANA)) == 1  # the answer that was thrown away comes once more


def test_a_receipt_that_matches_nothing_is_counted(line: TheLine) -> None:
    told = MessageStatus(make.sid("SM"), "delivered")
    line.runtime.do(lambda uow: receipts.on_receipt(uow, "nobody", told))
    line.runtime.do(lambda uow: receipts.on_answer_receipt(uow, make.sid("SM"), told))
    assert line.runtime.do(lambda uow: rate_limits.so_far(uow, (receipts.STRAY, "texts"))[0]) == 2
