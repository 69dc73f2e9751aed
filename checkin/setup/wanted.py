"""What somebody wants who sets a line up: read from options, the environment and their answers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checkin.core.settings import Settings, refuse_examples

PROXY = "127.0.0.1"
"""What stands in front on a machine of its own: Caddy, on the same machine (docs/going-live.md)."""


@dataclass(frozen=True)
class WantedLine:
    """carrier: another carrier that speaks Twilio's APIs; None: Twilio. flows: the folder of the line's flows; None:
    those that come with us. backup: what callers are joined with while we are down. secret: the one that is known, else
    a new one. known: what the .env says now.
    """

    account: str
    token: str = field(repr=False)
    public_url: str
    state: Path
    env_file: Path
    carrier: str | None = None
    flows: Path | None = None
    backup: str | None = None
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    known: Mapping[str, str] = field(default_factory=dict, repr=False)


def environment_of(wanted: WantedLine, number: str, fallback: str) -> dict[str, str]:
    """What the .env must say; what stands there of other things is left."""
    known = wanted.known
    return {
        "PUBLIC_URL": wanted.public_url,
        "CHECKIN_LINE_NUMBER": number,
        "CHECKIN_SECRET": wanted.secret,
        "TWILIO_ACCOUNT_SID": wanted.account,
        "TWILIO_AUTH_TOKEN": wanted.token,
        "TWILIO_FALLBACK_URL": fallback,
        "CHECKIN_STATE": str(wanted.state),
        "CHECKIN_TRUSTED_PROXIES": known.get("CHECKIN_TRUSTED_PROXIES") or PROXY,
        **({"TWILIO_API_URL": wanted.carrier} if wanted.carrier else {}),
        **({"CHECKIN_FLOWS": str(wanted.flows)} if wanted.flows else {}),
    }


def check(wanted: WantedLine, number: str) -> Settings:
    """The settings that the line will have. Raises SettingsError before anything is changed."""
    environ = {**wanted.known, **environment_of(wanted, number, "https://webhooks.twilio.com/v1/Accounts/to-be-made")}
    if wanted.flows and not wanted.flows.exists():  # a copy that is made when somebody has said yes
        del environ["CHECKIN_FLOWS"]
    settings = Settings.from_env(environ)
    refuse_examples(settings)
    return settings
