"""Settings that cannot be are named when the line starts, not when a caller waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkin.core.errors import UserError
from checkin.core.rules.phone import PhoneNumber
from checkin.core.rules.policy import BadPolicy, Policy


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"relay_limit": timedelta(0)}, "relay_limit"),
        ({"ring_for": timedelta(seconds=120)}, "ring_for .* relay_limit"),
        ({"first_wave": 0}, "first_wave is 0"),
        ({"daily_limit": -1}, "daily_limit"),
        ({"slower_after": 5}, "slower_after .* end_after"),
    ],
)
def test_a_setting_that_cannot_be_is_named(settings, says):
    with pytest.raises(BadPolicy, match=says):
        Policy(**settings)


def test_an_unknown_zone_is_named():
    with pytest.raises(UserError, match="Harbor/Town"):
        Policy(time_zone="Harbor/Town")


def test_a_policy_never_shows_the_backup_number():
    assert "5555550199" not in repr(Policy(backup=PhoneNumber("+15555550199")))
