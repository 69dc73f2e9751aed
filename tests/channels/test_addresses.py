"""Addresses for sound are ours to give, for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.core.encryption import Keys
from checkin.telephony.addresses import MEDIA_LASTS, Addresses, media_allows, media_signer

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def allowed(keys: Keys, url: str, at: datetime) -> bool:
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return media_allows(keys, unquote(parts.path), query["s"][0], at)


@given(st.timedeltas(timedelta(0), timedelta(days=400)), st.timedeltas(timedelta(0), MEDIA_LASTS))
def test_a_sound_can_be_fetched_for_as_long_as_was_promised(since: timedelta, later: timedelta) -> None:
    keys = Keys(("a-secret-that-is-long-enough-for-this",))
    url = Addresses("https://x", media_signer(keys, NOON + since)).story("f00d")

    assert allowed(keys, url, NOON + since + later)
    assert not allowed(keys, url, NOON + since + 2 * MEDIA_LASTS + timedelta(seconds=1))


def test_a_repeat_gets_the_same_address(keys: Keys) -> None:
    first = media_signer(keys, NOON)("/media/stories/f00d")

    assert media_signer(keys, NOON + timedelta(minutes=3))("/media/stories/f00d") == first


def test_one_address_opens_nothing_else(keys: Keys, addresses: Addresses) -> None:
    url = addresses.story("f00d")

    assert allowed(keys, url, NOON)
    assert not allowed(keys, url.replace("f00d", "f00e"), NOON)
    assert not allowed(keys, url.replace("stories", "recordings"), NOON)
    assert not allowed(Keys(("another-secret-that-is-also-long",)), url, NOON)


@pytest.mark.parametrize("expiry", ["", "soon", "-1", "9999999999999", "１２３", "1e9"])
def test_an_expiry_that_we_did_not_sign_opens_nothing(keys: Keys, addresses: Addresses, expiry: str) -> None:
    _, dot, right = addresses.story("f00d").partition("?s=")[2].partition(".")
    for signature in (f"{expiry}.{right}", f"{expiry}{dot}", expiry, f"{expiry}.{keys.sign('x')}"):
        assert not media_allows(keys, "/media/stories/f00d", signature, NOON)


def test_what_was_signed_for_a_page_opens_no_sound(keys: Keys) -> None:
    page = keys.sign_until("page s1", "/media/stories/f00d", NOON + timedelta(minutes=5))
    assert keys.opens("page s1", "/media/stories/f00d", page.partition("?s=")[2], NOON)
    assert not keys.opens("page s2", "/media/stories/f00d", page.partition("?s=")[2], NOON)
    assert not allowed(keys, page, NOON)


def test_after_a_rotation_the_addresses_of_the_old_secret_still_work(keys: Keys, addresses: Addresses) -> None:
    rotated = Keys(("a-new-secret-that-is-long-enough-too", "a-secret-that-is-long-enough-for-this"))

    assert allowed(rotated, addresses.story("f00d"), NOON)


def test_a_clip_with_letters_of_any_kind_has_an_address(keys: Keys, addresses: Addresses) -> None:
    url = addresses.clip("clips/año nuevo.mp3")

    assert url.isascii()
    assert allowed(keys, url, NOON)
