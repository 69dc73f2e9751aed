"""Twilio's errors: a status, a code, words, in its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import Response, jsonify, request

Thing = TypeVar("Thing")


class RestError(Exception):
    """What the caller of the REST API is told. status: of the HTTP answer; code: Twilio's."""

    def __init__(self, status: int, code: int, what: str) -> None:
        super().__init__(f"{what} (error {code})")
        self.status = status
        self.code = code
        self.what = what


def not_found(path: str) -> RestError:
    """20404, for whatever does not exist (any more)."""
    return RestError(404, 20404, f"the requested resource {path} was not found")


def find(things: Mapping[str, Thing], sid: str) -> Thing:
    """The one with this id. Raises RestError 20404."""
    if sid not in things:
        raise not_found(request.path)
    return things[sid]


def as_response(error: RestError) -> Response:
    """As Twilio writes it."""
    answer = jsonify(
        code=error.code,
        message=error.what,
        status=error.status,
        more_info=f"https://www.twilio.com/docs/errors/{error.code}",
    )
    answer.status_code = error.status
    return answer
