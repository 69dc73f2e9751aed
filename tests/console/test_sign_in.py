"""Oda sets up her account by a one-time link, signs in and out; Rex learns nothing by trying."""

from __future__ import annotations

import re

import pyotp
import pytest
from sqlalchemy import Engine, func, select

from checkin.accounts import organizers, page_sessions, secrets, sign_in
from checkin.accounts.models import Organizer, PageSession
from checkin.accounts.rules import ORGANIZERS_STAY
from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from tests.console.browser import BASE, Browser, Shown, application
from tests.the_line import TheLine

ODA = "oda@example.org"
WORDS = "harbour lantern quilt seven"


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What is asked of the database here is asked in the matrix of both."""
    return sqlite_engine


@pytest.fixture
def oda(line: TheLine) -> Browser:
    """Oda's browser, before she is in."""
    return Browser(line, application(line))


def invited(line: TheLine, role: str = "lead") -> str:
    return line.runtime.do(lambda uow: organizers.add(uow, "default", ODA, role, "a test"))


def sets_up(oda: Browser, token: str, **fields: object) -> tuple[Shown, str]:
    """Oda fills in the form; answers what she sees then, and the secret that her phone keeps."""
    form = oda.opens(f"/setup/{token}")
    secret = re.search(r'<code class="secret">([A-Z2-7]{32})</code>', form.html)[1]
    typed = {"name": "Oda", "password": WORDS, "again": WORDS, "code": code(oda.line, secret)}
    return oda.sends(f"/setup/{token}", **(typed | fields)), secret


def code(line: TheLine, secret: str) -> str:
    return pyotp.TOTP(secret).at(line.clock.now)


def tries(browser: Browser, email: str = ODA, password: str = WORDS, digits: str = "", **fields: object) -> Shown:
    browser.opens("/signin")
    return browser.sends("/signin", email=email, password=password, code=digits, **fields)


def test_the_link_makes_her_an_account_and_works_once(line: TheLine, oda: Browser) -> None:
    token = invited(line)
    shown, _secret = sets_up(oda, token)
    assert shown.status == 200
    assert "Oda" in shown.words
    assert "Waiting for a volunteer" in shown.words
    assert "was already used" in oda.opens(f"/setup/{token}").words
    again = oda.sends(f"/setup/{token}", name="Rex", password=WORDS, again=WORDS)
    assert "already used" in again.words


def test_a_link_is_over_after_two_days(line: TheLine, oda: Browser) -> None:
    token = invited(line)
    line.clock.forward(days=2, seconds=1)
    assert "expired" in oda.opens(f"/setup/{token}").words


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"again": "another one entirely"}, "don't match"),
        ({"password": "a" * 20, "again": "a" * 20}, "repeats too few characters"),
        ({"password": "oda@example.org!!", "again": "oda@example.org!!"}, "contains your name or e-mail address"),
        ({"code": "000000"}, "code isn't right"),
        ({"code": ""}, "code isn't right"),
        ({"name": " "}, "the name the team knows you by"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_stays_good(
    line: TheLine, oda: Browser, fields: dict[str, object], why: str
) -> None:
    token = invited(line)
    shown, _secret = sets_up(oda, token, **fields)
    assert shown.status == 422
    assert why in shown.words
    if fields.get("name", "Oda") == "Oda":
        assert 'value="Oda"' in shown.html, "what she typed is still there"
    assert sets_up(oda, token)[0].status == 200


def test_she_signs_in_with_all_three_and_no_code_works_twice(line: TheLine, oda: Browser) -> None:
    _shown, secret = sets_up(oda, invited(line))
    oda.sends("/signout")
    assert "Sign in" in oda.opens("/console/").words
    assert "isn't right" in tries(oda, digits=code(line, secret)).words, "it was used when she set up her account"
    line.clock.forward(seconds=30)
    assert "Waiting for a volunteer" in tries(oda, digits=code(line, secret)).words
    oda.sends("/signout")
    assert "isn't right" in tries(oda, digits=code(line, secret)).words


def test_whatever_is_wrong_is_answered_alike(line: TheLine, oda: Browser) -> None:
    _shown, secret = sets_up(oda, invited(line))
    oda.sends("/signout")
    line.clock.forward(minutes=1)
    right = code(line, secret)
    pages = [
        tries(oda, email="nobody@example.org", digits=right),
        tries(oda, password="something else entirely", digits=right),
        tries(oda, digits="123456"),
    ]
    assert {shown.status for shown in pages} == {422}
    assert {_without_what_differs(shown) for shown in pages} == {_without_what_differs(pages[0])}


def _without_what_differs(shown: Shown) -> str:
    return shown.html.replace("nobody@example.org", ODA)


def test_the_sixth_try_is_refused_also_with_the_right_password(line: TheLine, oda: Browser) -> None:
    _shown, secret = sets_up(Browser(line, oda.app), invited(line))
    line.clock.forward(minutes=1)
    for _ in range(sign_in.TRIES_OF_AN_ADDRESS):
        assert "isn't right" in tries(oda, password="guess after guess").words
    assert "Too many tries" in tries(oda, digits=code(line, secret)).words
    line.clock.forward(minutes=15)
    assert "Waiting for a volunteer" in tries(oda, digits=code(line, secret)).words


def test_an_address_that_nobody_has_is_throttled_alike(oda: Browser) -> None:
    for _ in range(sign_in.TRIES_OF_AN_ADDRESS):
        tries(oda, email="nobody@example.org")
    assert "Too many tries" in tries(oda, email="nobody@example.org").words


def test_a_cookie_from_before_never_becomes_a_signed_in_one(line: TheLine, oda: Browser) -> None:
    token = invited(line)
    oda.opens("/signin")
    before = oda.token
    assert before
    sets_up(oda, token)
    assert oda.token != before
    rex = Browser(line, oda.app)
    rex.hold(before)
    assert "Sign in" in rex.opens("/console/").words


def test_signing_out_ends_it_for_whoever_kept_the_cookie(line: TheLine, oda: Browser) -> None:
    oda.sign_in_as("lead")
    kept = oda.token
    assert kept
    person = line.runtime.do(lambda uow: page_sessions.person(uow, kept))
    assert person
    oda.sends("/signout")
    line.runtime.do(lambda uow: page_sessions.touch(uow, person.session_id))
    rex = Browser(line, oda.app)
    rex.hold(kept)
    assert "Sign in" in rex.opens("/console/").words
    count = line.runtime.read(lambda session: session.scalar(select(func.count()).select_from(PageSession)))
    assert count == 0, "nothing brings it back"


def test_half_an_hour_of_nothing_ends_all_but_the_live_part_of_now(line: TheLine, oda: Browser) -> None:
    oda.sign_in_as("lead")
    line.clock.forward(minutes=20)
    assert oda.asks("/console/").status == 200
    line.clock.forward(minutes=20)
    assert oda.asks("/console/").status == 200, "she did something twenty minutes ago"
    for _ in range(4):
        line.clock.forward(minutes=10)
        assert oda.asks("/console/live").status == 200, "a page that asks for news by itself keeps nobody signed in"
    assert oda.asks("/console/inbox/").response.location.startswith("/signin")
    assert oda.sends("/console/alerts/x/close", follow=False).response.location.startswith("/signin")


def test_no_page_that_anybody_may_open_brings_it_back(line: TheLine, oda: Browser) -> None:
    oda.sign_in_as("lead")
    line.clock.forward(minutes=40)
    assert "Sign in" in oda.opens("/console/inbox/").words, "she is led to the sign-in, which anybody may open"
    oda.sends("/look", theme="dark")
    assert oda.asks("/console/inbox/").response.location.startswith("/signin")


def test_after_twelve_hours_it_is_over_whatever_she_does(line: TheLine, oda: Browser) -> None:
    oda.sign_in_as("lead")
    steps = ORGANIZERS_STAY.whole // ORGANIZERS_STAY.idle * 2
    for _ in range(steps):
        line.clock.forward(minutes=15)
        oda.asks("/console/")
    asked = oda.asks("/console/live", HX_Request="true")
    assert (asked.status, asked.response.headers["HX-Redirect"]) == (401, "/signin")


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/console/inbox/4", "/console/inbox/4"),
        ("//evil.example", "/console"),
        ("/\\evil.example", "/console"),
        ("https:evil.example", "/console"),
        ("/console/..//evil", "/console"),
        ("/console\r\nX: y", "/console"),
    ],
)
def test_signing_in_leads_to_pages_of_ours_alone(line: TheLine, oda: Browser, wanted: str, leads: str) -> None:
    _shown, secret = sets_up(oda, invited(line))
    line.clock.forward(minutes=1)
    oda.opens("/signin")
    went = oda.sends("/signin", follow=False, email=ODA, password=WORDS, code=code(line, secret), next=wanted)
    assert went.response.location == leads


def test_a_new_password_signs_out_every_other_browser(line: TheLine, oda: Browser) -> None:
    sets_up(oda, invited(line))
    other = Browser(line, oda.app)
    token = line.runtime.do(lambda uow: page_sessions.begin(uow, organizers.find(uow, ODA)))
    other.hold(token)
    assert other.asks("/account").status == 200
    assert "isn't your password" in oda.sends("/account/password", old="wrong", new=WORDS + " eight").words
    shown = oda.sends("/account/password", old=WORDS, new=WORDS + " eight")
    assert "Password changed" in shown.words
    assert other.asks("/account").status == 303


def test_the_last_lead_stays(line: TheLine) -> None:
    def lead(email: str) -> None:
        line.runtime.do(lambda uow: organizers.add(uow, "default", email, "lead", "a test"))
        line.runtime.do(lambda uow: setattr(organizers.find(uow, email), "state", "active"))

    lead(ODA)
    with pytest.raises(UserError, match="last organizer lead"):
        line.runtime.do(lambda uow: organizers.remove(uow, organizers.find(uow, ODA), "a test"))
    with pytest.raises(UserError, match="last organizer lead"):
        line.runtime.do(lambda uow: organizers.change_role(uow, organizers.find(uow, ODA), "reviewer", "a test"))
    lead("second@example.org")
    line.runtime.do(lambda uow: organizers.remove(uow, organizers.find(uow, ODA), "a test"))
    gone = line.runtime.read(
        lambda session: session.scalars(select(Organizer).where(Organizer.state == "removed")).one()
    )
    assert (gone.email_key, gone.email_encrypted, gone.name_encrypted, gone.password_hash) == (None, None, None, None)


def test_the_first_link_is_there_until_there_is_a_lead(line: TheLine, oda: Browser) -> None:
    first = line.runtime.do(lambda uow: organizers.first_link(uow, "default"))
    newer = line.runtime.do(lambda uow: organizers.first_link(uow, "default"))
    assert first
    assert newer
    assert "expired" in oda.opens(f"/setup/{first}").words, "each start makes a new one"
    sets_up(oda, newer, email=ODA)
    assert line.runtime.do(lambda uow: organizers.first_link(uow, "default")) is None


def test_what_is_kept_of_a_password_is_slow_to_guess(slow_to_check: None) -> None:
    kept = secrets.hash_of(WORDS)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$"), "RFC 9106, section 4, second choice"
    assert secrets.is_right(kept, WORDS)
    assert not secrets.is_right(None, "nobody has this password")


def test_an_address_is_nowhere_in_the_open(line: TheLine, oda: Browser) -> None:
    sets_up(oda, invited(line))
    row = line.runtime.read(lambda session: session.scalars(select(Organizer)).one())
    assert ODA.encode() not in (row.email_key or b"") + (row.email_encrypted or b"")


def test_getting_in_is_written_down(line: TheLine, oda: Browser) -> None:
    sets_up(oda, invited(line))
    what = set(line.runtime.read(lambda session: session.scalars(select(Audit.what)).all()))
    assert {"invited an organizer", "set up their account"} <= what


def test_the_cookie_is_for_us_alone(oda: Browser) -> None:
    set_cookie = oda.client.get("/signin", base_url=BASE).headers["Set-Cookie"]
    assert set_cookie.startswith("__Host-line=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in set_cookie.split(";")}
