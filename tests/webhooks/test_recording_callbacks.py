"""What says where a recording is to be fetched is not believed: we make the address ourselves, from its id."""

from __future__ import annotations

import pytest

from checkin.conversations import abandoned_call
from checkin.telephony.rules.arrivals import RecordingDone
from tests.webhooks.conftest import ACCOUNT, CA, RE, Behind, Twilio

ELSEWHERE = (
    f"https://api.twilio.com/2010-04-01/Accounts/AC{'9' * 32}/Recordings/{RE}",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost:6379/",
    f"file:///etc/passwd#{RE}",
    "",
)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_posted_address_goes_nowhere(twilio: Twilio, behind: Behind, address: str) -> None:
    """`behind` has no gateway here: whoever asked anybody for anything would fail."""
    told = {"CallSid": CA, "RecordingSid": RE, "RecordingDuration": "41", "RecordingStatus": "completed"}
    response = twilio.post("/webhooks/recordings", **told, RecordingUrl=address)

    assert response.status_code < 300
    assert behind.came == [(abandoned_call.recording_done, RecordingDone(RE, CA, 41, "completed"))]


def test_another_accounts_callback_is_turned_away_although_it_is_signed(twilio: Twilio, behind: Behind) -> None:
    told = {"CallSid": CA, "RecordingSid": RE, "RecordingDuration": "41", "RecordingStatus": "completed"}
    response = twilio.post("/webhooks/recordings", **told, AccountSid="AC" + "9" * 32)

    assert ACCOUNT != "AC" + "9" * 32
    assert response.status_code == 403
    assert behind.came == []


@pytest.mark.parametrize("sid", ["", "RE", "../x", f"{RE}/../../AC", "http://169.254.169.254/"])
def test_what_is_no_id_of_a_recording_is_refused(twilio: Twilio, behind: Behind, sid: str) -> None:
    told = {"CallSid": CA, "RecordingDuration": "41", "RecordingStatus": "completed"}
    twilio.post("/webhooks/recordings", **told, RecordingSid=sid)

    assert behind.came == []
