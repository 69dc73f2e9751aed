"""Every route that the application has, and every role: who gets in where, and who does not.

Built from the application itself: a route that nobody has classified fails, whoever added it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select
from werkzeug.routing import Rule

from checkin.accounts.rules import MAY, RIGHTS, ROLES, Role, may
from checkin.core.models import Base
from tests.console.browser import BASE, Browser, Shown, application
from tests.console.matrix import MATRIX, NONE
from tests.the_line import TheLine

SIGNED = {"webhooks.twilio": "by Twilio, in a header", "webhooks.media": "by us, in the address"}
"""Blueprints whose every route refuses what is not signed, and by whom it is."""

ENDS_A_VISIT = {
    "POST /signin",
    "POST /signout",
    "POST /account/signout",
    "POST /account/password",
    "POST /volunteer/out",
}
"""After one of these nobody may be signed in any more."""

PART = re.compile(r"<(?:(?:any\((\w+)[^)]*\)|(\w+)):)?\w+>")
Visits = Callable[[Role | None], Browser]


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """Who may do what asks nothing of a database in particular."""
    return sqlite_engine


def rules(line: TheLine) -> list[tuple[str, Rule]]:
    """Every route there is, by method."""
    return [
        (method, rule)
        for rule in application(line).url_map.iter_rules()
        for method in sorted(rule.methods or ())
        if method not in ("HEAD", "OPTIONS")
    ]


def signed_by(rule: Rule) -> str | None:
    """The blueprint that refuses what is not signed, if the route is of one."""
    blueprint = rule.endpoint.rpartition(".")[0]
    return next((name for name in SIGNED if blueprint == name), None)


def test_every_route_is_classified(line: TheLine) -> None:
    pages = {f"{method} {rule.rule}" for method, rule in rules(line) if signed_by(rule) is None}
    assert pages == set(MATRIX), "a new route needs a row in tests/console/matrix.py, or a blueprint that refuses"


def test_what_is_signed_in_other_ways_refuses_what_is_not(line: TheLine, rex: Browser) -> None:
    """Whatever is asked: nothing is found, nothing is written, no cookie is set."""
    before = _rows(line)
    tried = 0
    for method, rule in rules(line):
        if signed_by(rule) is None:
            continue
        tried += 1
        path = PART.sub(lambda part: part[1] or {"int": "1", "path": "x.mp3"}.get(part[2], NONE), rule.rule)
        answered = rex.client.open(
            path, method=method, base_url=BASE, data={"Body": "hi"} if method == "POST" else None
        )
        assert answered.status_code == 403, f"{method} {path}: {answered.status_code}"
        assert "Set-Cookie" not in answered.headers
    assert tried >= 31
    assert _rows(line) == before


def _rows(line: TheLine) -> dict[str, int]:
    def count(session: object) -> dict[str, int]:
        return {
            name: session.scalar(select(func.count()).select_from(table))  # type: ignore[attr-defined]
            for name, table in Base.metadata.tables.items()
        }

    return line.runtime.read(count)


@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_gets_in(line: TheLine, visits: Visits, role: Role | None) -> None:
    wrong = {}
    browser = visits(role)
    for route, (roles, path) in MATRIX.items():
        if route in ENDS_A_VISIT:
            browser = visits(role)
        method = route.split()[0]
        shown = browser.asks(path) if method == "GET" else browser.sends(path, follow=False)
        came, expected = _came(shown), _expected(roles, role)
        if came != expected and (roles, came) != ("*", "sent to sign in"):
            wrong[route] = f"{came} ({shown.status}), not {expected}"
        if route in ENDS_A_VISIT:
            browser = visits(role)
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


def test_whoever_only_looks_changes_nothing_and_sees_nobody() -> None:
    """Of the table of rights itself, so that a right that is added says whom it shows."""
    assert set(MAY) == set(RIGHTS)
    may_all = {right for right in RIGHTS if may("read_only", right)}
    assert may_all == {"account", "now.see", "schedule.see", "stories.see", "reports.see", "health.see"}
    lead_of_volunteers = {right for right in RIGHTS if may("volunteer_lead", right)}
    assert lead_of_volunteers == {
        "account", "now.see", "names.see", "alerts.close", "inbox.read", "inbox.answer", "schedule.see",
        "schedule.change", "reports.see",
    }  # fmt: skip
