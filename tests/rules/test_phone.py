"""Numbers are read once, masked from then on, and refused where a call would cost a fortune."""

from __future__ import annotations

import pytest

from checkin.rules.phone import PhoneNumber, Withheld, can_text, dialable, is_short_code, parse, zones

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
        ("client:oda", "not a telephone"),
        ("sip:ana@example.org", "not a telephone"),
        ("SIP:+15555550101@example.org", "not a telephone"),
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
def test_what_may_be_dialled_from_the_united_states(e164, why):
    reason = dialable(PhoneNumber(e164), {"US"})
    assert reason is None if why is None else why in (reason or "")


def test_a_costly_number_is_refused_in_its_own_country_too():
    assert dialable(PhoneNumber("+448431234567"), {"GB"}) == "it is a premium-rate number"
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
