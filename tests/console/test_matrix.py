"""Every page, every role: who gets in where, and who does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from checkin.rules.access import ROLES, Role
from tests.console.browser import BASE, Browser, Shown, application
from tests.console.matrix import MATRIX
from tests.the_line import TheLine

SIGNED = frozenset({"door.twilio", "door.media", "calendars", "static_files"})
"""Blueprints with signatures of their own in place of people (Twilio's door, calendars); files that are no secret."""

Visits = Callable[[Role | None], Browser]


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """Who may do what asks nothing of a database in particular."""
    return sqlite_engine


def routes(line: TheLine) -> set[str]:
    """Every route of the pages, as "METHOD rule"."""
    app = application(line)
    there = set()
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.rpartition(".")[0]
        if blueprint in SIGNED or not blueprint:
            continue
        there |= {f"{method} {rule.rule}" for method in rule.methods or () if method not in ("HEAD", "OPTIONS")}
    return there


def test_every_route_has_its_row(line: TheLine) -> None:
    assert routes(line) == set(MATRIX), "a new page needs a row in tests/console/matrix.py"


@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_gets_in(line: TheLine, visits: Visits, role: Role | None) -> None:
    wrong = {}
    for route, (roles, path) in MATRIX.items():
        browser = visits(role)
        method = route.split()[0]
        shown = browser.asks(path) if method == "GET" else browser.sends(path, follow=False)
        came, expected = _came(shown), _expected(roles, role)
        if came != expected and (roles, came) != ("*", "sent to sign in"):
            wrong[route] = f"{came} ({shown.status}), not {expected}"
    assert wrong == {}


def _expected(roles: str, role: Role | None) -> str:
    if roles == "*" or (role is not None and role in roles.split()):
        return "let in"
    return "sent to sign in" if role is None else "refused"


def _came(shown: Shown) -> str:
    leads_to = (shown.response.location or "").partition("?")[0]
    if leads_to.endswith(("/signin", "/volunteer/in")) or shown.status == 401:
        return "sent to sign in"
    return "refused" if shown.status == 403 else "broke" if shown.status >= 500 else "let in"


def test_no_page_takes_what_another_site_sends(line: TheLine, visits: Visits) -> None:
    taken = []
    for route, (roles, path) in MATRIX.items():
        if not route.startswith("POST") or path == "/csp-report":
            continue
        browser = visits("volunteer" if "volunteer" in roles.split() else "lead")
        forged = browser.sends(path, follow=False, csrf="0" * 32)
        if forged.status != 400:
            taken.append(route)
        own = browser.client.post(
            path, base_url=BASE, data={"csrf": browser.cookies.csrf(browser.token or "")},
            headers={"Sec-Fetch-Site": "cross-site"},
        )  # fmt: skip
        if own.status_code != 400:
            taken.append(f"{route} from elsewhere")
    assert taken == []
