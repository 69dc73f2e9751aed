"""Ana texts with a peer through the line: neither ever sees the other's number."""

from __future__ import annotations

import pytest

from checkin.relays.models import Offer, Relay
from checkin.volunteers.models import Alert
from tests.cast import ANA, BEN, REX, VAL, VEE
from tests.services.phones import KIM, ZOE, count, relay, volunteer, volunteers
from tests.the_line import TheLine


def ana_asks(line: TheLine, from_: str = ANA) -> str:
    """Ana texts PEER; what she is answered."""
    return line.answers(from_, "PEER")


def newest(line: TheLine, number: str) -> str:
    """The last text that left for this number."""
    line.carries_out()
    return line.sent_to(number)[-1]


@pytest.fixture
def together(line: TheLine) -> str:
    """Ana and Vee text with each other. The number of their relay."""
    volunteers(line, VEE)
    ana_asks(line)
    number = str(relay(line).number)
    line.answers(VEE, f"TAKE {number}")
    line.carries_out()
    return number


def test_ana_is_told_how_long_it_can_take(line: TheLine) -> None:
    volunteers(line, VEE)
    assert "up to 10 minutes" in ana_asks(line)


def test_volunteers_are_asked_under_an_alias_with_a_number_to_reply(line: TheLine) -> None:
    volunteers(line, VEE)
    ana_asks(line)
    asked = newest(line, VEE)
    assert asked == (
        f"Someone would like to text with a peer ({line.contact(ANA).alias}, English). Reply TAKE {relay(line).number}."
    )


def test_those_who_take_calls_only_are_not_asked(line: TheLine) -> None:
    volunteers(line, VEE, channels=["voice"])
    assert "No peer is free" in ana_asks(line)


def test_take_joins_them_and_both_are_told(line: TheLine) -> None:
    volunteers(line, VEE)
    ana_asks(line)
    said = line.answers(VEE, f"take {relay(line).number}")
    assert line.contact(ANA).alias in said
    assert "A peer is here" in newest(line, ANA)
    assert relay(line).state == "joined"


def test_words_go_both_ways_under_aliases(line: TheLine, together: str) -> None:
    assert line.answers(ANA, "hi, rough night") == ""
    assert newest(line, VEE) == f"{together} {line.contact(ANA).alias}: hi, rough night"
    assert line.answers(VEE, "I am here. What happened?") == ""
    assert newest(line, ANA) == "Peer: I am here. What happened?"


def test_what_ana_wrote_while_she_waited_reaches_vee_in_order(line: TheLine) -> None:
    volunteers(line, VEE)
    ana_asks(line)
    for words in ("I am Ana", "three days now", "it is hard tonight"):
        assert "still looking" in line.answers(ANA, words)
        line.clock.forward(seconds=5)
    said = line.answers(VEE, "TAKE")
    assert said.endswith("I am Ana\nthree days now\nit is hard tonight")


def test_vee_reads_first_that_there_was_danger(line: TheLine) -> None:
    volunteers(line, VEE)
    line.answers(ANA, "i want to die")
    ana_asks(line)
    said = line.answers(VEE, "TAKE")
    assert "Signs of danger were read from them within the last day: LEAD asks a lead to join you." in said
    assert "want to die" not in said, "what she wrote before she asked for a peer was not for Vee"
    assert "Signs of danger" in line.answers(VEE, f"TAKE {relay(line).number}"), "asked again, it is said again"


def test_more_than_fits_into_one_answer_follows(line: TheLine) -> None:
    volunteers(line, VEE)
    ana_asks(line)
    for letter in "abc":
        line.answers(ANA, letter * 700)
        line.clock.forward(seconds=5)
    said = line.answers(VEE, "TAKE")
    line.carries_out()
    assert len(said) <= 1600
    assert "b" * 700 in said or any("b" * 700 in text for text in line.sent_to(VEE))
    assert any("c" * 700 in text for text in line.sent_to(VEE))


def test_the_second_to_take_is_told_that_someone_is_there(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ana_asks(line)
    number = relay(line).number
    line.answers(VEE, f"TAKE {number}")
    assert line.answers(VAL, f"TAKE {number}") == f"Someone is with {number} already. Thank you."
    assert count(line, Offer, Offer.state == "accepted") == 1


def test_taking_twice_is_taking_once(line: TheLine, together: str) -> None:
    assert together in line.answers(VEE, f"TAKE {together}")
    assert count(line, Offer, Offer.state == "accepted") == 1


def test_whoever_was_not_asked_learns_nothing(line: TheLine) -> None:
    volunteers(line, VEE)
    volunteers(line, VAL, channels=["voice"])
    ana_asks(line)
    assert f"no {relay(line).number} waiting" in line.answers(VAL, f"TAKE {relay(line).number}")
    assert relay(line).state == "open"


def test_a_phone_number_never_crosses_in_either_direction(line: TheLine, together: str) -> None:
    assert "didn't pass on" in line.answers(ANA, "call me at 555 555 0101 ok?")
    assert newest(line, VEE).endswith("call me at (number left out) ok?")
    assert "took a phone number out" in line.answers(VEE, "mine is five five five 555 0111")
    assert "0111" not in newest(line, ANA)


def test_the_crisis_number_may_be_named(line: TheLine, together: str) -> None:
    assert line.answers(VEE, "you can always call 988 too") == ""
    assert "988" in newest(line, ANA)


def test_vee_is_done_and_ana_goes_on(line: TheLine, together: str) -> None:
    line.clock.forward(minutes=20)
    said = line.answers(VEE, "DONE")
    assert "How are you doing after that" in said
    assert "How was it" in newest(line, ANA)
    assert (relay(line).state, relay(line).left_by) == ("ended", "volunteer")
    assert line.answers(VEE, "1") == "Good to hear. Thank you for being there."
    assert line.answers(ANA, "1"), "Ana's answer goes on in her flow"


def test_ana_is_done_and_vee_is_told(line: TheLine, together: str) -> None:
    line.clock.forward(minutes=20)
    assert "How was it" in line.answers(ANA, "DONE")
    assert f"{line.contact(ANA).alias} left" in newest(line, VEE)
    assert volunteer(line, VEE).rest_until > line.clock.now


def test_stop_ends_it_at_once_and_says_no_more_than_that(line: TheLine, together: str) -> None:
    assert "any more texts" in line.answers(ANA, "STOP")
    assert f"{line.contact(ANA).alias} left" in newest(line, VEE)
    before = len(line.sent_to(ANA))
    line.answers(VEE, "are you there?")
    line.carries_out()
    assert len(line.sent_to(ANA)) == before
    assert relay(line).state == "ended"


def test_crisis_words_get_the_crisis_text_and_the_talk_goes_on(line: TheLine, together: str) -> None:
    assert "988" in line.answers(ANA, "i want to kill myself")
    assert count(line, Alert, Alert.kind == "crisis") == 1
    assert relay(line).state == "joined"


def test_silence_for_half_an_hour_is_a_kind_goodbye(line: TheLine, together: str) -> None:
    line.clock.forward(minutes=20)
    line.answers(ANA, "still here")
    line.carries_out()
    line.clock.forward(minutes=15)
    line.carries_out()
    assert relay(line).state == "joined", "somebody wrote meanwhile"
    line.clock.forward(minutes=16)
    line.carries_out()
    assert relay(line).left_by == "idle"
    assert line.sent_to(ANA)[-1].startswith("It's been quiet for a while")
    assert "How was it" in line.sent_to(ANA)[-1]
    assert "quiet" in line.sent_to(VEE)[-1]


def test_with_two_relays_vee_is_asked_which_one_and_nothing_is_sent(line: TheLine) -> None:
    volunteers(line, VEE)
    for number in (ANA, BEN):
        ana_asks(line, number)
        line.answers(VEE, f"TAKE {relay(line).number}")
    line.carries_out()
    first, second = len(line.sent_to(ANA)), len(line.sent_to(BEN))
    said = line.answers(VEE, "hello you")
    assert f"1 {line.contact(ANA).alias}" in said
    assert f"2 {line.contact(BEN).alias}" in said
    line.carries_out()
    assert (len(line.sent_to(ANA)), len(line.sent_to(BEN))) == (first, second)
    assert line.answers(VEE, "2 hello you") == ""
    assert newest(line, BEN) == "Peer: hello you"
    assert len(line.sent_to(ANA)) == first
    assert "Which one" in line.answers(VEE, "done")
    line.answers(VEE, "done 1")
    assert count(line, Relay, Relay.state == "joined") == 1


def test_pass_hands_ana_on_to_the_others(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ana_asks(line)
    number = relay(line).number
    line.answers(VEE, f"TAKE {number}")
    line.carries_out()
    asked = len(line.sent_to(VAL))
    assert "Handed on" in line.answers(VEE, "PASS")
    assert len(line.sent_to(VAL)) == asked
    newest(line, VAL)
    assert len(line.sent_to(VAL)) == asked + 1
    assert "looking for another peer" in line.sent_to(ANA)[-1]
    line.answers(VAL, f"TAKE {number}")
    line.answers(VAL, "hi, I am here now")
    assert newest(line, ANA) == "Peer: hi, I am here now"


def test_nobody_takes_it_and_ana_hears_it_honestly(line: TheLine) -> None:
    volunteers(line, VEE)
    ana_asks(line)
    line.carries_out()
    line.clock.forward(minutes=10)
    assert "No peer is free" in newest(line, ANA)
    assert count(line, Alert, Alert.kind == "no_peer") == 1
    assert "ran out" in line.answers(VEE, f"TAKE {relay(line).number}")
    assert line.answers(ANA, "1"), "what may we do meanwhile? a story"


def test_the_others_are_asked_a_minute_later(line: TheLine) -> None:
    team = (VEE, VAL, ZOE, KIM)
    volunteers(line, *team)
    ana_asks(line)
    line.carries_out()
    assert sum(bool(line.sent_to(number)) for number in team) == 3
    line.clock.forward(seconds=60)
    line.carries_out()
    assert all(line.sent_to(number) for number in team)


@pytest.mark.parametrize(("word", "state"), [("MESSAGE", "message"), ("DONE", "left"), ("MENU", "left")])
def test_ana_may_stop_waiting(line: TheLine, word: str, state: str) -> None:
    volunteers(line, VEE)
    ana_asks(line)
    assert line.answers(ANA, word)
    assert relay(line).state == state
    assert "had to go" in line.answers(VEE, f"TAKE {relay(line).number}")


def test_what_is_no_picture_is_only_told_of(line: TheLine, together: str) -> None:
    from dataclasses import replace

    from checkin.conversations import inbound_text
    from tests import make

    arrived = replace(make.text(ANA, "look"), media_count=1)
    line.runtime.do(lambda uow: inbound_text.receive(uow, arrived))
    assert newest(line, VEE).endswith("look\n(something that came with it wasn't passed on)")


def test_a_volunteers_words_outside_a_relay_reach_nobody(line: TheLine) -> None:
    volunteers(line, VEE)
    assert "nobody has read it" in line.answers(VEE, "hello?")
    assert count(line, Relay) == 0


def test_rex_takes_nothing(line: TheLine) -> None:
    volunteers(line, VEE)
    ana_asks(line)
    line.answers(REX, f"TAKE {relay(line).number}")
    assert relay(line).state == "open"
