"""Puts a process of the line together from its settings: the only place that knows every part."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import checkin.tables  # noqa: F401 - a row that refers to another is written only where that one's table is known
from checkin.compliance import canary
from checkin.contacts.models import Contact
from checkin.core import compiled_flows, error_reports
from checkin.core.database import make_engine, make_sessions, wipe
from checkin.core.encryption import DataKey, Keys
from checkin.core.policies import policy_of_line
from checkin.core.settings import Settings, SettingsError
from checkin.core.unit_of_work import Conversations, UnitOfWork
from checkin.outbox.client import RedisQueue
from checkin.publishing.live_flows import LiveFlows
from checkin.publishing.step_counts import StepCounts
from checkin.runtime import Runtime
from checkin.telephony.media import media_store
from checkin.telephony.media_store import Cipher
from checkin.telephony.speech import transcriber
from checkin.telephony.twilio import TwilioGateway

DEFAULT_LINE = "default"
"""The line in lines.yaml whose number CHECKIN_LINE_NUMBER sets."""


class LateConversations:
    """checkin.conversations.session, loaded by whoever first steps one: with every feature that a flow may need."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("checkin.conversations.session"), name)


def _tell_errors(settings: Settings) -> None:
    if settings.sentry_dsn:
        try:
            error_reports.begin(settings.sentry_dsn, checkin.__version__)
        except error_reports.NotInstalled as error:
            raise SettingsError(str(error)) from None


def build(settings: Settings) -> Runtime:
    """The surroundings of a process of the line. Opens no connection yet. Raises FlowError when the flows cannot be
    loaded, BadPolicy for a line's bad setting."""
    _tell_errors(settings)
    cipher = Cipher(keys := Keys(settings.secrets))
    engine = make_engine(settings.database_url)
    library = compiled_flows.load(settings.flows, settings.state, keys)
    if DEFAULT_LINE in library.lines:  # several lines may all have names and numbers of their own
        library = library.with_number(DEFAULT_LINE, settings.line_number)
    at_twilio = settings.twilio_api_url is None
    policies = {key: policy_of_line(line, at_twilio=at_twilio) for key, line in library.lines.items()}
    runtime = Runtime(
        settings=settings,
        sessions=make_sessions(engine),
        readers=make_sessions(engine, readonly=True),
        gateway=TwilioGateway(
            settings.twilio_account_sid,
            settings.twilio_auth_token,
            settings.twilio_api_url,
            fallback_url=settings.twilio_fallback_url,
        ),  # fmt: skip
        queue=RedisQueue(settings.redis_url),
        media=media_store(settings, cipher),
        flows=LiveFlows(library),
        conversations=cast(Conversations, LateConversations()),
        counts=StepCounts(),
        keys=keys,
        clock=practice_clock(settings.practice_clock),
        policy_of=policies.__getitem__,
        speech=transcriber(settings.speech_model),
        wipe=partial(wipe, engine),
        canary=canary,
    )
    cipher.data_keys = KeysOfContacts(runtime.do, runtime.look)
    return runtime


def practice_clock(offset_file: Path | None) -> Callable[[], datetime]:
    """The wall clock, moved on by the seconds that stand in `offset_file` (the practice network's clock)."""

    def now() -> datetime:
        moment = datetime.now(UTC)  # noqa: TID251 - the one place where the wall clock is read
        if offset_file is None:
            return moment
        try:
            return moment + timedelta(seconds=float(offset_file.read_text() or 0))
        except (OSError, ValueError):
            return moment

    return now


@dataclass(frozen=True)
class KeysOfContacts:
    """What a store needs of the database. do, look: the runtime's, each a transaction of its own."""

    do: Callable[[Callable[[UnitOfWork], Any]], Any]
    look: Callable[[Callable[[UnitOfWork], Any]], Any]

    def of(self, contact_id: str) -> DataKey:
        """The key of this contact."""
        key: DataKey = self.do(lambda uow: uow.vault.key_of(uow.session.get_one(Contact, contact_id)))
        return key

    def find(self, key_id: str) -> DataKey | None:
        """The key that is called so; None: it was destroyed."""
        key: DataKey | None = self.look(lambda uow: uow.vault.key_called(key_id))
        return key
