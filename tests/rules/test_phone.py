"""Numbers are read once, masked from then on, and refused where a call would cost a fortune."""

from __future__ import annotations

import pytest

from checkin.core.rules.phone import (
    PhoneNumber,
    ShortCode,
    Withheld,
    can_text,
    dialable,
    is_short_code,
    ours,
    parse,
    zones,
)

ANA = PhoneNumber("+15555550101")


def test_a_number_is_masked_wherever_it_is_printed():
    assert str(ANA) == "+1•••••••101"
    assert repr(ANA) == "PhoneNumber(+1•••••••101)"
    assert "5555550" not in f"{ANA} {ANA!r} {[ANA]}"
    assert ANA.e164 == "+15555550101"


@pytest.mark.parametrize(
    "raw",
    ["+15555550101", "5555550101", "(555) 555-0101", "1 555 555 0101", " +1.555.555.0101 ", "+1 (555) 555 0101"],
)
def test_however_it_is_written_it_is_one_number(raw):
    assert parse(raw) == ANA


def test_a_national_number_is_read_in_the_given_country():
    assert parse("07911 123456", "GB") == PhoneNumber("+447911123456")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "anonymous"),
        ("  ", "anonymous"),
        ("anonymous", "anonymous"),
        ("Anonymous", "anonymous"),
        ("restricted", "anonymous"),
        ("unknown", "anonymous"),
        ("Unavailable", "anonymous"),
        ("+266696687", "anonymous"),
        ("+86282452253", "anonymous"),
        ("+8656696", "anonymous"),
        ("+2562533", "anonymous"),
        ("+7378742833", "anonymous"),
        ("client:oda", "not a phone"),
        ("sip:ana@example.org", "not a phone"),
        ("SIP:+15555550101@example.org", "not a phone"),
        ("whatsapp:+15555550101", "not a phone"),
        ("rcs:harbor_agent", "not a phone"),
        ("24365", "short code"),
        ("HARBOR", "name instead of a number"),
        ("1800HARBOR", "name instead of a number"),
        ("5550101", "not a number"),
        ("+1555", "not a number"),
        ("+", "not a number"),
        ("+999123456789", "not a number"),
        ("+15555550101555555", "not a number"),
        ("555-555-0101 #12", "not a number"),
        ("555-555-0101,,12", "not a number"),
        ("+1 555 555 0101 ,12", "not a number"),
        ("555 555 0101;12", "not a number"),
        ("555-555-0101 ~12", "not a number"),
        ("5555550101 12#", "not a number"),
        ("555-555-0101 ext 12", "name instead of a number"),
        ("555-555-0101 x12", "name instead of a number"),
        ("+15555550101;ext=12", "name instead of a number"),
        ("5555550101w12", "name instead of a number"),
    ],
)
def test_whoever_has_no_number_is_withheld(raw, reason):
    assert parse(raw) == Withheld(reason)


def test_rcs_is_another_format_of_the_same_telephone() -> None:
    assert parse("rcs:+15555550101") == parse("+15555550101")
    assert parse("RCS:+1 555 555 0101") == parse("+15555550101")


def test_senders_that_we_cannot_answer_are_told_apart_and_never_shown() -> None:
    app, other = parse("whatsapp:+15555550101"), parse("whatsapp:+15555550102")
    assert isinstance(app, Withheld)
    assert isinstance(other, Withheld)
    assert app.carries_answers
    assert app.sender != other.sender
    assert "5555" not in f"{app} {app!r}"
    machine = parse("72345")
    assert isinstance(machine, Withheld)
    assert not machine.carries_answers


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("+15555550100", "+15555550100"),
        ("whatsapp:+15555550100", "+15555550100"),
        ("72345", "72345"),
        ("898211", "898211"),
    ],
)
def test_our_own_side_may_be_a_short_code_or_stand_in_an_address(raw: str, e164: str) -> None:
    number = ours(raw)
    assert isinstance(number, PhoneNumber)
    assert number.e164 == e164


@pytest.mark.parametrize(
    ("raw", "reason"),
    [("rcs:harbor_agent", "not a phone"), ("sip:line@x.sip.twilio.com", "not a phone"), ("1234", "short code")],
)
def test_our_own_side_may_be_an_address_without_a_number(raw: str, reason: str) -> None:
    assert ours(raw) == Withheld(reason)


def test_a_short_code_of_ours_is_no_number_of_a_country() -> None:
    assert (str(ShortCode("72345")), ShortCode("72345").country) == ("72345", None)


def test_short_codes_are_told_from_numbers():
    assert is_short_code("24365")
    assert is_short_code("898211")
    assert not is_short_code("+15555550101")
    assert not is_short_code("HARBOR")


@pytest.mark.parametrize(
    ("e164", "why"),
    [
        ("+15555550101", None),
        ("+14155550123", None),
        ("+18005550100", None),
        ("+19005550100", "premium-rate"),
        ("+18765551234", "in JM"),
        ("+882312345678", "international network"),
        ("+881612345678", "international network"),
        ("+979123456789", "international network"),
        ("+448431234567", "in GB"),
    ],
)
def test_what_may_be_dialed_from_the_united_states(e164, why):
    reason = dialable(PhoneNumber(e164), {"US"})
    assert reason is None if why is None else why in (reason or "")


def test_a_costly_number_is_refused_in_its_own_country_too():
    assert dialable(PhoneNumber("+448431234567"), {"GB"}) == "it's a premium-rate number"
    assert dialable(PhoneNumber("+447911123456"), {"GG", "GB"}) is None


def test_fixed_lines_take_no_texts():
    assert can_text(ANA)
    assert can_text(PhoneNumber("+447400123456"))
    assert not can_text(PhoneNumber("+442071234567"))
    assert not can_text(PhoneNumber("+18005550100"))


def test_an_area_code_is_no_place_but_a_country_has_its_zones():
    assert zones(PhoneNumber("+14155550123")) == zones(ANA)
    assert {"America/New_York", "Pacific/Honolulu"} <= set(zones(ANA))
    assert "America/Toronto" not in zones(ANA)
    assert "America/St_Johns" in zones(PhoneNumber("+14165550123"))
    assert zones(PhoneNumber("+17875551234")) == ("America/Puerto_Rico",)
    assert zones(PhoneNumber("+34612345678")) == ("Atlantic/Canary", "Europe/Madrid")
    assert zones(PhoneNumber("+882312345678")) == ()
