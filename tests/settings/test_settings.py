"""Oda sets up a line: what she forgot or mistyped is said in one line, and her secrets are never repeated to her."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkin.core.settings import TABLE, Settings, SettingsError, database_url

SECRET = "correct-horse-battery-staple-and-more"
GOOD = {
    "PUBLIC_URL": "https://line.example.org",
    "CHECKIN_LINE_NUMBER": "+15555550100",
    "CHECKIN_SECRET": SECRET,
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a-token-that-nobody-knows",
}


def test_a_line_needs_five_settings_and_no_more() -> None:
    settings = Settings.from_env(GOOD)
    assert settings.state == Path(__file__).parents[2] / "var"
    assert (settings.port, settings.practice) == (8000, False)


def test_what_the_line_makes_itself_is_kept_together(tmp_path: Path) -> None:
    settings = Settings.from_env(GOOD | {"CHECKIN_STATE": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/line.db"
    assert settings.redis_url == f"unix://{tmp_path}/redis.sock"
    assert settings.media == tmp_path / "media"


@pytest.mark.parametrize("name", sorted(GOOD))
@pytest.mark.parametrize("empty", [None, "", "   "])
def test_a_missing_or_empty_one_stops_the_start_and_says_what_to_write(name: str, empty: str | None) -> None:
    environ = {other: value for other, value in GOOD.items() if other != name}
    if empty is not None:
        environ[name] = empty
    with pytest.raises(SettingsError, match=rf"^{name} isn't set\. .* Write {name}=") as said:
        Settings.from_env(environ)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize(
    ("name", "written", "why"),
    [
        ("PUBLIC_URL", "http://line.example.org", "use https"),
        ("PUBLIC_URL", "line.example.org", "starts with https://"),
        ("PUBLIC_URL", "https://line.example.org/webhooks", "after the host"),
        ("PUBLIC_URL", "https://oda:pw@line.example.org", "name or password"),
        ("PUBLIC_URL", "https://line.example.org:port", "isn't an address"),
        ("PUBLIC_URL", "https://my_line.example.org", "underscore"),
        ("CHECKIN_LINE_NUMBER", "555-0100", "neither a number with +"),
        ("CHECKIN_LINE_NUMBER", "+1 555 555 0100", "neither a number with +"),
        ("CHECKIN_LINE_NUMBER", "1234", "nor a short code"),
        ("TWILIO_FALLBACK_URL", "http://handler.twilio.com/twiml/EH1", "starts with https://"),
        ("TWILIO_FALLBACK_URL", "https://oda:pw@example.org/x", "name or password"),
        ("CHECKIN_SECRET", "too-short", "shorter than 32"),
        ("CHECKIN_SECRET", f"{SECRET},short", "number 2 is shorter than 32"),
        ("CHECKIN_SECRET", f"{SECRET} {SECRET}", "same secret twice"),
        ("TWILIO_ACCOUNT_SID", "SK" + "0" * 32, "isn't an account id"),
        ("TWILIO_AUTH_TOKEN", "two words", "has a space"),
        ("TWILIO_API_URL", "http://carrier.example.org", "use https"),
        ("DATABASE_URL", "mysql://localhost/line", "neither a postgresql"),
        ("DATABASE_URL", "sqlite://", "in memory"),
        ("REDIS_URL", "unix://var/redis.sock", "isn't absolute"),
        ("REDIS_URL", "localhost:6379", "isn't a redis://"),
        ("CHECKIN_FLOWS", "/nowhere/at/all", "isn't a folder"),
        ("PORT", "80 00", "isn't a port"),
        ("PORT", "0", "isn't a port"),
        ("WEB_CONCURRENCY", "many", "whole number from 1 to 64"),
    ],
)
def test_a_wrong_one_stops_the_start_and_says_why(name: str, written: str, why: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} .*{why}.*Write {name}=") as said:
        Settings.from_env(GOOD | {name: written})
    assert "\n" not in str(said.value)
    if "SECRET" in name or "TOKEN" in name:
        assert written not in str(said.value)


def test_secrets_come_newest_first_with_commas_or_spaces() -> None:
    older = SECRET[::-1]
    assert Settings.from_env(GOOD | {"CHECKIN_SECRET": f" {SECRET}, {older}\n"}).secrets == (SECRET, older)


def test_a_heroku_address_becomes_one_that_the_driver_knows() -> None:
    settings = Settings.from_env(GOOD | {"DATABASE_URL": "postgres://oda:pw@db:5432/line?sslmode=require"})
    assert settings.database_url == "postgresql+psycopg://oda:pw@db:5432/line?sslmode=require"


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_may_do_without_https_on_the_practice_network(host: str) -> None:
    practice = GOOD | {"TWILIO_API_URL": "http://localhost:8010"}
    assert Settings.from_env(practice | {"PUBLIC_URL": f"http://{host}/"}).public_url == f"http://{host}"


@pytest.mark.parametrize("url", ["http://localhost:8000", "https://127.0.0.1", "http://[::1]:8000", "https://10.0.0.7"])
def test_twilio_itself_cannot_reach_this_machine(url: str) -> None:
    with pytest.raises(SettingsError, match="^PUBLIC_URL names this machine"):
        Settings.from_env(GOOD | {"PUBLIC_URL": url})


@pytest.mark.parametrize("code", ["72345", "898211"])
def test_a_short_code_may_be_the_lines_number(code: str) -> None:
    assert Settings.from_env(GOOD | {"CHECKIN_LINE_NUMBER": code}).line_number == code


def test_the_fallback_of_our_calls_is_an_address_with_all_of_it() -> None:
    bin_at_twilio = "https://handler.twilio.com/twiml/EH0123456789abcdef0123456789abcdef"
    assert Settings.from_env(GOOD | {"TWILIO_FALLBACK_URL": bin_at_twilio}).twilio_fallback_url == bin_at_twilio


def test_a_real_line_refuses_a_clock_that_can_be_moved() -> None:
    environ = GOOD | {"CHECKIN_PRACTICE_CLOCK": "var/practice-clock"}
    with pytest.raises(SettingsError, match="its time is real"):
        Settings.from_env(environ)
    carrier = {"TWILIO_API_URL": "http://localhost:8010"}
    with pytest.raises(SettingsError, match="its time is real"):
        Settings.from_env(environ | carrier)
    on_practice = Settings.from_env(environ | carrier | {"CHECKIN_PRACTICE": "yes"})
    assert on_practice.practice
    assert on_practice.practice_clock == Path("var/practice-clock").absolute()


def test_another_carrier_is_no_practice() -> None:
    """Codes may be left out on the practice network alone: that somebody else carries the texts loosens nothing."""
    settings = Settings.from_env(GOOD | {"TWILIO_API_URL": "https://carrier.example"})
    assert not settings.practice
    with pytest.raises(SettingsError, match="^CHECKIN_PRACTICE is set, but this line is on Twilio"):
        Settings.from_env(GOOD | {"CHECKIN_PRACTICE": "yes"})
    with pytest.raises(SettingsError, match="neither yes nor no"):
        Settings.from_env(GOOD | {"CHECKIN_PRACTICE": "true"})
    assert not Settings.from_env(GOOD | {"CHECKIN_PRACTICE": "no"}).practice


def test_nothing_secret_is_shown() -> None:
    settings = Settings.from_env(GOOD | {"DATABASE_URL": "postgresql://oda:pw-of-the-database@db/line"})
    shown = repr(settings) + str(settings)
    for secret in (SECRET, GOOD["TWILIO_AUTH_TOKEN"], "pw-of-the-database", GOOD["CHECKIN_LINE_NUMBER"]):
        assert secret not in shown


def test_both_tokens_open_the_door_while_they_are_changed() -> None:
    settings = Settings.from_env(GOOD | {"TWILIO_AUTH_TOKEN_SECONDARY": "the-new-token"})
    assert settings.tokens == (GOOD["TWILIO_AUTH_TOKEN"], "the-new-token")


def test_a_folder_too_deep_for_a_socket_gets_a_short_one() -> None:
    deep = f"/srv/{'deep/' * 30}var"
    socket = Settings.from_env(GOOD | {"CHECKIN_STATE": deep}).redis_url.removeprefix("unix://")
    assert len(socket) < 108
    assert socket == Settings.from_env(GOOD | {"CHECKIN_STATE": deep}).redis_url.removeprefix("unix://")


def test_the_release_needs_the_database_alone() -> None:
    assert database_url({"DATABASE_URL": "postgres://db/line"}) == "postgresql+psycopg://db/line"
    with pytest.raises(SettingsError, match="^DATABASE_URL"):
        database_url({"DATABASE_URL": "nonsense"})


def test_every_example_in_the_table_can_be_used() -> None:
    keys = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}
    on_practice = GOOD | keys | {"TWILIO_API_URL": "http://localhost:8010", "CHECKIN_PRACTICE": "yes"}
    for row in TABLE:
        if not row.example.startswith("<") and row.name != "CHECKIN_FLOWS":  # a folder that is there
            assert row.attribute in Settings.from_env(on_practice | {row.name: row.example}).model_fields_set
