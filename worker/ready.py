"""Everything that a child of the worker needs is loaded before the first one is forked: a phone that is to ring now
must not wait for an import, and each child would pay for it anew.
"""

from __future__ import annotations

import importlib
from contextlib import suppress

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from checkin.core import garbage
from checkin.core.rules import phone
from checkin.dispatch import dispatcher
from checkin.outbox import outbox
from checkin.outbox.client import connect
from checkin.runtime import Runtime
from checkin.telephony import twilio

LATER = ("tinytag", "encodings.idna", "liquid", "checkin.conversations.session")
"""What is imported by whoever needs it first."""

BACKUPS = ("checkin.backups.making",)
"""The same, of a line that makes backups."""


def get_ready(runtime: Runtime) -> None:
    """Load it all, claim a row that there is not and greet Redis, so that what every row begins with has been made."""
    dispatcher.load_all()
    twilio.load_api()
    phone.know_countries({code for line in runtime.library.lines.values() for code in line.countries})
    for name in (*LATER, *(BACKUPS if runtime.settings.backup_to else ())):
        importlib.import_module(name)
    with suppress(SQLAlchemyError):
        runtime.do(lambda uow: outbox.claim(uow, ""))
    runtime.transactions.let_go()
    with connect(runtime.settings.redis_url) as redis, suppress(RedisError):
        redis.ping()
    garbage.settle()
