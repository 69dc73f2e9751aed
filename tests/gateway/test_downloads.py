"""A recording is fetched from where we say, with our token for nobody else, and never without an end."""

from __future__ import annotations

import contextlib
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from checkin.telephony import http, twilio
from checkin.telephony.http import may_follow
from checkin.telephony.port import Refused, TryLater
from checkin.telephony.twilio import TwilioGateway
from tests.gateway.conftest import ACCOUNT, Wire, refuses, says

RE = "RE" + "3" * 32
SOUND = b"RIFF" + bytes(200_000)


def test_a_recording_comes_from_an_address_of_our_own_making(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(200, SOUND))

    assert gateway.fetch_recording(RE) == SOUND

    (asked,) = wire.asked
    assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RE}.wav"
    assert str(asked.authorization).startswith("Basic ")


@pytest.mark.parametrize(
    "sid",
    [
        "",
        "RE",
        RE.lower(),
        RE + "0",
        "CA" + "3" * 32,
        "../../../" + RE,
        f"{RE}.json?x=",
        f"{RE}\n",
        "http://169.254.169.254/",
    ],
)
def test_only_an_id_of_twilios_is_asked_for(wire: Wire, gateway: TwilioGateway, sid: str) -> None:
    with pytest.raises(Refused):
        gateway.fetch_recording(sid)

    assert wire.asked == []


def test_a_recording_that_is_not_there_yet_is_asked_for_later(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(refuses(404, 20404, "not found"))

    with pytest.raises(TryLater) as later:
        gateway.fetch_recording(RE)

    assert later.value.code == 20404


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_elses_server_is_asked(wire: Wire, elsewhere: Wire, gateway: TwilioGateway, status: int) -> None:
    elsewhere.does(says(200, SOUND))
    wire.does(says(status, b"", {"Location": elsewhere.url + "/latest/meta-data"}))

    with pytest.raises(Refused):
        gateway.fetch_recording(RE)

    assert elsewhere.asked == []


def test_a_redirect_at_home_is_followed_but_not_in_circles(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(says(302, b"", {"Location": "/elsewhere/at/home"}), says(200, SOUND))

    assert gateway.fetch_recording(RE) == SOUND

    wire.does(says(302, b"", {"Location": "/round"}))
    with pytest.raises(Refused):
        gateway.fetch_recording(RE)


def test_twilios_storage_is_not_told_our_token(
    wire: Wire, elsewhere: Wire, gateway: TwilioGateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Storage is a host on this machine here; a .netrc that knows it must not be asked either."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setattr(http, "may_follow", lambda url, origin: True)
    elsewhere.does(says(200, SOUND))
    wire.does(says(302, b"", {"Location": elsewhere.url + "/bucket/sound"}))

    assert gateway.fetch_recording(RE) == SOUND

    assert wire.asked[0].authorization is not None
    assert elsewhere.asked[0].authorization is None


ORIGIN = urlsplit("https://api.twilio.com")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.twilio.com/x",
        "https://media.twiliocdn.com/x",
        "https://s3.amazonaws.com/com.twilio.prod/x",
        "https://s3-external-1.amazonaws.com/media/x",
        "https://bucket.s3.us-east-1.amazonaws.com/x",
    ],
)
def test_twilios_storage_may_be_followed(url: str) -> None:
    assert may_follow(url, ORIGIN)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/x",
        "http://169.254.169.254/latest",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "file:///etc/passwd",
        "https://api.twilio.com.evil.test/x",
        "https://api.twilio.com@evil.test/x",
        "https://evil.test/api.twilio.com",
        "https://eviltwilio.com/x",
        "https://ec2-1-2-3-4.compute-1.amazonaws.com/x",
        "https://s3.amazonaws.com.evil.test/x",
        "https://evils3.amazonaws.com/x",
        "https://s3.amazonaws.com:8443/x",
        "https://user@s3.amazonaws.com/x",
        "https://s3.amazonaws.com:port/x",
        "https://api.twilio.com\\@evil.test/x",
        "",
    ],
)
def test_nothing_else_may(url: str) -> None:
    assert not may_follow(url, ORIGIN)


def test_a_recording_that_is_too_large_is_left(
    wire: Wire, gateway: TwilioGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio, "LARGEST_RECORDING", 100_000)
    wire.does(says(200, SOUND))

    with pytest.raises(Refused, match="larger"):
        gateway.fetch_recording(RE)


def test_a_recording_that_trickles_is_left(wire: Wire, gateway: TwilioGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio, "LONGEST_DOWNLOAD", 0.2)

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):  # we hang up before the end
            for _ in range(50):
                handler.wfile.write(bytes(64 * 1024))
                handler.wfile.flush()
                time.sleep(0.02)

    wire.does(trickle)

    with pytest.raises(Refused, match="too long"):
        gateway.fetch_recording(RE)
