"""A picture is shown to whoever has its link, for as long as that holds, in a page that can do nothing else."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from checkin.channels.addresses import signed_picture
from checkin.gateway.port import TryLater
from checkin.services.pictures import Shown
from tests.services.test_pictures import photo
from tests.webhooks.conftest import Behind

PICTURE = "a" * 32


def link(behind: Behind, picture: str = PICTURE, **lasts: float) -> str:
    return signed_picture(behind.vault.sign, picture, behind.now + timedelta(**(lasts or {"minutes": 5})))


def test_a_kept_picture_is_shown_and_kept_by_nobody(app: Flask, behind: Behind) -> None:
    behind.media.put("kept", b"\xff\xd8 a picture")
    behind.answers["picture"] = Shown("kept", "MM1", "ME1")
    response = app.test_client().get(link(behind))
    assert (response.status_code, response.mimetype, response.data) == (200, "image/jpeg", b"\xff\xd8 a picture")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_one_that_no_worker_has_fetched_comes_from_the_network_made_plain(app: Flask, behind: Behind) -> None:
    behind.gateway = SimpleNamespace(fetch_picture=lambda text_sid, sid: photo())
    behind.answers["picture"] = Shown(None, "MM1", "ME1")
    response = app.test_client().get(link(behind))
    assert response.data.startswith(b"\xff\xd8")
    assert b"home" not in response.data


@pytest.mark.parametrize("change", ["later", "other", "longer"])
def test_nothing_opens_but_what_we_have_signed(app: Flask, behind: Behind, change: str) -> None:
    behind.answers["picture"] = Shown("kept", "MM1", "ME1")
    path = link(behind)
    if change == "later":
        behind.now += timedelta(minutes=6)
    elif change == "other":
        path = path.replace(PICTURE, "b" * 32)
    else:
        path = path.replace("e=1", "e=2")
    response = app.test_client().get(path)
    assert (response.status_code, response.mimetype) == (403, "text/plain")
    assert "sent again" in response.text
    assert behind.came == []


def test_one_that_is_gone_says_so(app: Flask, behind: Behind) -> None:
    behind.answers["picture"] = lambda: None
    assert app.test_client().get(link(behind)).status_code == 404


def test_one_that_cannot_be_had_now_quotes_nothing(app: Flask, behind: Behind) -> None:
    def fails(text_sid: str, sid: str) -> bytes:
        raise TryLater(f"{text_sid} {sid}")

    behind.gateway = SimpleNamespace(fetch_picture=fails)
    behind.answers["picture"] = Shown(None, "MM1", "ME1")
    response = app.test_client().get(link(behind))
    assert (response.status_code, "ME1" in response.text) == (404, False)
