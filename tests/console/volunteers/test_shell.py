"""On the phone: installed, without connection, in little data; and no number of anybody, anywhere."""

from __future__ import annotations

import json
import re

from checkin.web import console
from checkin.web.registry import pages_in
from checkin.web.templates import STATIC
from tests.cast import ANA, BEN
from tests.console.browser import Browser
from tests.console.conftest import MOST
from tests.console.matrix import MATRIX, VOLUNTEER
from tests.console.volunteers.test_talks import taken
from tests.services.conftest import shown as listed
from tests.the_line import TheLine

SENTINELS = (ANA[2:], BEN[2:], "555-0101", "555-0102", "5550101", "5550102", "5550111")
NOTED = ("UPDATE page_sessions", "INSERT INTO audit")


def busy(line: TheLine, vee: Browser) -> None:
    """Ana texts with Vee, Ben left a message and waits, and somebody left words."""
    taken(line, vee, "I am Ana, 555-555-0101")
    call = line.rings(BEN)
    call.presses("4")
    call.records(12)
    for body in ("hello", "4", f"my number is {BEN}", "DONE"):
        line.answers(BEN, body)
    line.answers(BEN, "PEER")
    line.carries_out()
    for number in (1, 2):
        vee.sends(f"/volunteer/messages/{number}/claim")


def pages() -> list[str]:
    """Every page that a volunteer reads."""
    return [path for route, (roles, path) in MATRIX.items() if route.startswith("GET") and roles == VOLUNTEER]


def test_no_number_stands_on_any_page(line: TheLine, vee: Browser) -> None:
    busy(line, vee)
    assert len(pages()) >= 7
    read = ""
    for path in [*pages(), "/volunteer/in", "/volunteer/offline"]:
        shown = vee.opens(path)
        plain = re.sub(r"[0-9a-f]{32,}", "", shown.html)  # ids and signatures are no numbers
        for sentinel in SENTINELS:
            assert sentinel not in plain, f"{path} shows a number"
        read += shown.words
    assert "I am Ana" in read, "the words were there to be read"
    assert "my number is" in read


def test_no_page_asks_the_database_more_than_ten_things(
    line: TheLine, vee: Browser, val: Browser, statements: list[str]
) -> None:
    busy(line, vee)
    too_many = {}
    for browser in (vee, val):
        for path in pages():
            statements.clear()
            browser.opens(path)
            asked = [statement for statement in statements if not statement.startswith(NOTED)]
            if len(asked) > MOST:
                too_many[path] = listed(asked)
    assert too_many == {}


def test_every_page_is_a_whole_one(line: TheLine, vee: Browser) -> None:
    busy(line, vee)
    for path in [*pages(), "/volunteer/in", "/volunteer/in/nothing"]:
        html = vee.opens(path).html
        if "<html" not in html:
            continue
        assert len(re.findall(r"<h1\b", html)) == 1, path
        assert 'rel="manifest"' in html or "/sound" in path, path
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), f"{path}: {sorted(i for i in ids if ids.count(i) > 1)}"
        for field in re.findall(r"<(?:input|select|textarea)\b(?![^>]*type=\"hidden\")[^>]*>", html):
            [named] = re.findall(r'\bid="([^"]+)"', field) or [""]
            assert f'for="{named}"' in html or "aria-label" in field, f"{path}: {field} has no label"


def test_it_can_be_installed(stranger: Browser) -> None:
    answer = stranger.asks("/volunteer/manifest.webmanifest")
    told = json.loads(answer.html)
    assert answer.response.mimetype == "application/manifest+json"
    assert told["start_url"].startswith(told["scope"])
    assert told["display"] == "standalone"
    sizes = {icon["sizes"] for icon in told["icons"]}
    assert sizes == {"192x192", "512x512"}
    for icon in told["icons"]:
        assert stranger.asks(icon["src"]).response.mimetype == "image/png"


def test_the_phone_keeps_how_pages_look_and_no_page_of_anybody(stranger: Browser) -> None:
    answer = stranger.asks("/volunteer/sw.js")
    assert answer.response.mimetype == "text/javascript"
    [files] = re.findall(r"^const FILES = (\[.*\]);$", answer.html, re.M)
    kept = json.loads(files)
    assert kept[-1] == "/volunteer/offline"
    assert all(path.startswith("/static/") for path in kept[:-1])
    assert all(stranger.asks(path).status == 200 for path in kept)
    whole = sum((STATIC / path.removeprefix("/static/").partition("?")[0]).stat().st_size for path in kept[:-1])
    assert whole < 300_000, "little enough for a bad connection"


def test_without_connection_it_says_so_in_both_languages(stranger: Browser) -> None:
    shown = stranger.asks("/volunteer/offline")
    assert "What you wrote is kept in its field" in shown.words
    assert "sigue en su campo" in shown.words
    assert "csrf" not in shown.html, "it is the same for everybody"


def test_pages_of_volunteers_are_kept_by_no_browser(line: TheLine, vee: Browser) -> None:
    busy(line, vee)
    for path in pages():
        assert "no-store" in vee.asks(path).response.headers["Cache-Control"], path


def test_the_menu_of_volunteers_is_their_own(vee: Browser) -> None:
    html = vee.opens("/volunteer/").html
    [menu] = re.findall(r'<nav aria-label="Menu" class="menu">(.*?)</nav>', html, re.S)
    assert len(re.findall("<a ", menu)) == 4
    assert "/console" not in menu
    assert all(pages.at.startswith("/console") for pages in pages_in(console))
