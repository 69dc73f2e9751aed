"""One line's addresses, as every test of rendering uses them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checkin.core.encryption import Keys
from checkin.telephony.addresses import Addresses, media_signer

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def keys() -> Keys:
    return Keys(("a-secret-that-is-long-enough-for-this",))


@pytest.fixture
def addresses(keys: Keys) -> Addresses:
    return Addresses("https://line.example.org", media_signer(keys, NOON))
