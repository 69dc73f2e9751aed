"""The application as it meets strangers: no address and no header ends in an error of ours, and no log holds either."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import TracebackType

import structlog
from flask import Flask, request
from werkzeug.routing import Rule
from werkzeug.routing.converters import IntegerConverter, PathConverter, UnicodeConverter, ValidationError

from checkin.core import logs

MOST = 2**31 - 1
"""What a whole number of ours may be in every database. Nothing is counted that far."""

LONGEST = 200
"""Letters of one part of an address."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

log = structlog.get_logger()


def _plain(value: str) -> str:
    """What a database and a disk can be asked for; anything else is nowhere."""
    if len(value) > LONGEST or _CONTROL.search(value):
        raise ValidationError
    return value


class _Word(UnicodeConverter):
    def to_python(self, value: str) -> str:
        return _plain(value)


class _Path(PathConverter):
    def to_python(self, value: str) -> str:
        return _plain(value)


def whole(written: str) -> int | None:
    """The whole number that a browser sent, in an address or a form; None: it is none that a row of ours could hold."""
    if not (written.isascii() and written.isdigit() and len(written) <= len(str(MOST))):
        return None
    return number if (number := int(written)) <= MOST else None


class _Number(IntegerConverter):
    regex = r"\d{1,10}"

    def to_python(self, value: str) -> int:
        if (number := whole(value)) is None:
            raise ValidationError
        return number


class _Rule(Rule):
    """What writes its address is made with the first one: werkzeug compiles two functions for each of two hundred."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: _Rule, **values: object) -> tuple[str, str]:
            if not made:
                made.append(super()._compile_builder(append_unknown))
            return made[0](rule, **values)

        return build


class Served(Flask):
    """Flask, with addresses that fit what they name, and with errors that are logged once, by where they happened."""

    url_rule_class = _Rule

    def __init__(self) -> None:
        super().__init__("checkin", static_folder=None)
        self.url_map.converters |= {"default": _Word, "string": _Word, "path": _Path, "int": _Number}

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]
    ) -> None:  # fmt: skip
        """Flask would write the whole path, and with it the tokens that open a page or a calendar."""
        error = exc_info[1]
        log.error("request_failed", route=request.endpoint, error=type(error).__name__, at=logs.where(error))
