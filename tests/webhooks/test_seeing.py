"""A picture is shown to whoever has its link, for as long as that holds, in a page that can do nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from checkin.messages import pictures
from checkin.messages.pictures import ShownPicture
from checkin.telephony.addresses import signed_picture
from tests.webhooks.conftest import Behind

PICTURE = "a" * 32


def link(behind: Behind, picture: str = PICTURE, **lasts: float) -> str:
    return signed_picture(behind.keys, picture, behind.now + timedelta(**(lasts or {"minutes": 5})))


def test_a_kept_picture_is_shown_and_kept_by_nobody(app: Flask, behind: Behind) -> None:
    behind.media.put("kept", b"\xff\xd8 a picture")
    behind.answers[pictures.shown] = ShownPicture("kept")
    response = app.test_client().get(link(behind))
    assert (response.status_code, response.mimetype, response.data) == (200, "image/jpeg", b"\xff\xd8 a picture")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_one_that_no_worker_has_looked_at_is_waited_for_and_never_opened_here(app: Flask, behind: Behind) -> None:
    """A small file may unfold into gigabytes: where calls are answered, none is unfolded, nor fetched."""
    behind.gateway = None
    behind.answers[pictures.shown] = ShownPicture(None)
    response = app.test_client().get(link(behind))
    assert (response.status_code, response.mimetype) == (503, "text/plain")
    assert "on its way" in response.text


@pytest.mark.parametrize("change", ["later", "other", "longer"])
def test_nothing_opens_but_what_we_have_signed(app: Flask, behind: Behind, change: str) -> None:
    behind.answers[pictures.shown] = ShownPicture("kept")
    path = link(behind)
    if change == "later":
        behind.now += timedelta(minutes=6)
    elif change == "other":
        path = path.replace(PICTURE, "b" * 32)
    else:
        path = path.replace("s=1", "s=2")
    response = app.test_client().get(path)
    assert (response.status_code, response.mimetype) == (403, "text/plain")
    assert "sent again" in response.text
    assert behind.came == []


def test_one_that_is_gone_says_so(app: Flask, behind: Behind) -> None:
    behind.answers[pictures.shown] = lambda: None
    assert app.test_client().get(link(behind)).status_code == 404
