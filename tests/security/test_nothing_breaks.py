"""Whatever is written into an address, a form, a cookie or a header: nobody gets an error of ours by it.

Built from the application: every route that there is, and every name that a page asks a request for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from checkin.accounts.rules import Role
from checkin.contacts.models import Contact
from checkin.messages.models import FollowUp
from checkin.outbox.models import Outbox
from checkin.stories.models import Story
from checkin.volunteers.models import Alert, Shift, Volunteer
from tests.console.browser import BASE, Browser, application
from tests.console.matrix import MATRIX
from tests.console.people import people_come
from tests.the_line import TheLine

ROOT = Path(__file__).parents[2] / "checkin"
ASKED = re.compile(r'(?:\.get|field|getlist|typed|_day|area|choose|forms\.\w+)\(\s*(?:ctx,\s*)?"([a-z_]{1,20})"')
NAMED = re.compile(r'\bname="([a-z_]{1,20})"')
PART = re.compile(r"<(?:(any\([^)]*\)|[a-z]+):)?([a-z_]+)>")

IN_PATHS = ("é", "\x00", "\x1f", "9" * 5_000, "9223372036854775808", "2147483648", "x" * 3_000, "..", "%")
IN_FORMS = ("é", "\x00", "9" * 5_000, "9999-12-31", "9999-12-31T23:59:59+00:00", "0001-01-01", "-1", "x" * 3_000)
HEADERS: tuple[dict[str, str], ...] = (
    {"X-CSRF": "é"},
    {"X-CSRF": "\x7f" * 4_000},
    {"Cookie": '__Host-line=é; said=é; language=é; theme=\\"; known=é'},
    {"Cookie": "__Host-line=" + "a" * 50 + "; said=gAAAAA; language=../..; known=" + "." * 99},
    {"Cookie": ";;;=;=é;\x01"},
    {"Accept-Language": "é;q=nan, *;q=1e999, x" * 50},
    {"Range": "bytes=9-1,-,0-" + "9" * 400},
    {"Content-Type": "multipart/form-data; boundary="},
    {"Content-Type": "application/x-www-form-urlencoded; charset=é"},
    {"Host": "x:99999"},
    {"Host": "[::1"},
    {"X-Forwarded-For": "é, 999.1.1.1, " + "1" * 300, "X-Forwarded-Host": "é"},
    {"If-None-Match": '"', "If-Modified-Since": "9999-99-99", "If-Range": "é"},
    {"Sec-Fetch-Site": "é", "HX-Request": "é"},
    {"Authorization": "Bearer é"},
)


def names() -> list[str]:
    """Everything that the pages ask a request for."""
    found = {
        name
        for kind in ("*.py", "*.html")
        for file in (ROOT / "web").rglob(kind)
        for pattern in (ASKED, NAMED)
        for name in pattern.findall(file.read_text())
    }
    assert {"email", "password", "week", "since", "source", "phone", "revision"} <= found
    return sorted(found - {"csrf"})


def rules(line: TheLine) -> list[tuple[str, Rule]]:
    """Every route but Twilio's, which are for whoever can sign (tests/webhooks)."""
    there = [rule for rule in application(line).url_map.iter_rules() if not rule.rule.startswith("/webhooks")]
    return [(method, rule) for rule in there for method in sorted(rule.methods or ()) if method in ("GET", "POST")]


def is_open(method: str, rule: Rule) -> bool:
    """Whether a stranger's request of this route is read at all: the others are led to the sign-in by one line."""
    return MATRIX.get(f"{method} {rule.rule}", ("*", ""))[0] == "*" or rule.rule in ("/console/", "/account/password")


def filled(rule: Rule, fill: Callable[[str, str], str]) -> str:
    """A path of this route. fill: told the kind of each part, and its name."""
    return PART.sub(lambda found: fill(found[1] or "", found[2]), rule.rule)


def asks(browser: Browser, method: str, path: str, values: dict[str, str], **headers: str) -> int:
    """The status that this is answered with."""
    if method == "GET":
        return browser.client.get(path, base_url=BASE, query_string=values, headers=headers).status_code
    held = browser.cookies.csrf(browser.token) if browser.token else ""
    data = {**values, "csrf": held}
    return browser.client.post(path, base_url=BASE, data=data, headers=headers).status_code


def attacks(line: TheLine, known: dict[str, str], leave: tuple[str, ...] = ()) -> Iterator[tuple[str, str, str]]:
    """Every route with every hostile part, and with what is really there (`known`) and every name asked for."""
    for method, rule in rules(line):
        if any(word in rule.rule for word in leave):
            continue
        most = len(IN_PATHS) if known or is_open(method, rule) else 1
        for hostile in IN_PATHS[:most] if "<" in rule.rule else ():
            path = filled(
                rule, lambda kind, _name, hostile=hostile: "load" if kind.startswith("any") else quote(hostile, safe="")
            )
            yield method, path, ""
        there = filled(
            rule,
            lambda kind, name: "load" if kind.startswith("any") else "1" if kind == "int" else known.get(name, "x"),
        )
        for hostile in IN_FORMS[:most]:
            yield method, there, hostile


def broke(browser: Browser, line: TheLine, known: dict[str, str], leave: tuple[str, ...] = ()) -> list[str]:
    """What was answered with an error of ours."""
    every = names()
    return [
        f"{method} {path[:60]} {hostile[:20]!r}: {status}"
        for method, path, hostile in attacks(line, known, leave)
        if (status := asks(browser, method, path, dict.fromkeys(every, hostile) if hostile else {})) >= 500
    ]


def there_is(line: TheLine) -> dict[str, str]:
    """Something of each kind, by the name that routes have for it."""
    kinds = {
        "contact_id": Contact, "volunteer_id": Volunteer, "shift_id": Shift, "story_id": Story, "alert_id": Alert,
        "follow_up_id": FollowUp, "row_id": Outbox,
    }  # fmt: skip
    found = line.runtime.read(
        lambda session: {name: session.scalars(select(of.id)).first() for name, of in kinds.items()}
    )
    return {**{name: item or "x" for name, item in found.items()}, "flow": "check_in"}


def test_a_stranger_breaks_nothing_by_what_is_written(line: TheLine, rex: Browser) -> None:
    rex.asks("/signin")
    assert broke(rex, line, {}) == []


def test_a_stranger_breaks_nothing_by_headers(line: TheLine, rex: Browser) -> None:
    seen = set()
    wrong = []
    for method, rule in rules(line):
        if not is_open(method, rule):
            continue
        path = filled(rule, lambda kind, _name: "1" if kind == "int" else "x")
        for headers in HEADERS:
            status = asks(rex, method, path, {}, **headers)
            seen.add(status)
            wrong += [f"{method} {path} {headers}"[:160]] if status >= 500 else []
    assert wrong == []
    assert {200, 303, 400, 403, 404} <= seen


@pytest.mark.parametrize("token", ["é", "ff" * 16 + "é" * 32, "0" * 64, "\x00"])
def test_a_calendar_token_that_is_none_is_not_there(rex: Browser, token: str) -> None:
    assert rex.asks(f"/shifts/{quote(token)}.ics").status == 404


def test_a_signature_that_is_no_word_of_ours_opens_no_sound(rex: Browser) -> None:
    assert rex.asks("/media/stories/x?s=99999999999.%C3%A9").status == 403


def test_a_form_with_a_strange_field_is_told_to_be_too_old(rex: Browser) -> None:
    rex.asks("/signin")
    assert rex.sends("/signin", csrf="é", email="oda@example.org").status == 400


@pytest.mark.long
@pytest.mark.parametrize("role", ["lead", "volunteer"])
def test_nor_does_anybody_who_is_in(line: TheLine, visits: Callable[[Role | None], Browser], role: Role) -> None:
    people_come(line)
    browser = visits(role)
    leave = ("/signout", "/volunteer/out", "/leave", "organizers", "/remove", "/forget")
    assert broke(browser, line, there_is(line), leave) == []
    assert browser.asks("/account" if role == "lead" else "/volunteer/").status == 200, "and is still in"


@pytest.mark.parametrize(
    "moves", ["[" * 60_000, "9" * 5_000, "[" + "9" * 5_000 + "]", '["hi"', "{}", "[[]]", '[1, null, "hi"]']
)
def test_a_talk_that_carries_anything_is_a_talk(oda: Browser, moves: str) -> None:
    """What the browser holds of a talk with a flow comes back from it: deep, long, or no list at all."""
    assert oda.sends("/console/flows/check_in/try", moves=moves, move="hi").status in (200, 422)
