"""How a request to the network failed, told as one of the port's three errors and never with what was in it."""

from __future__ import annotations

import json
import ssl

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.response import Response
from urllib3.exceptions import MaxRetryError, NewConnectionError

from checkin.telephony.http import TooMuch
from checkin.telephony.port import GatewayError, MaybeDone, Refused, TryLater
from checkin.telephony.rules.error_codes import meaning

_NOT_PROCESSED = ("rate", "queue", "pace", "unfinished")


def failure(what: str, error: Exception) -> GatewayError:
    """The port's error for `error`. what: what we wanted, as in "send a text".

    Twilio's own messages quote numbers, so none of their text is kept; the words come from our table of codes.
    """
    if isinstance(error, TwilioRestException | TwilioServiceException):
        return answered(what, error.status, error.code)
    response = _response_in(error)
    if response is not None:
        return answered(what, response.status_code, _code_in(response.text))
    if isinstance(error, TooMuch):
        return Refused(f"couldn't {what}: {error}")
    if _never_left(error):
        return TryLater(f"couldn't {what}: the network can't be reached")
    if isinstance(error, requests.Timeout):
        return MaybeDone(f"asked the network to {what}, and no answer came in time")
    return MaybeDone(f"asked the network to {what}, and its answer was lost")


def answered(what: str, status: int, code: int | None) -> GatewayError:
    """The port's error for an answer with this HTTP status and Twilio's error code."""
    code = code or None
    known = meaning(code)
    why = known.words if known else f"the network answered {status}"
    if status == 429 or (known and known.kind in _NOT_PROCESSED):
        return TryLater(f"couldn't {what}: {why}", code)
    if status >= 500 or status == 408 or (known and known.kind == "ambiguous"):
        return MaybeDone(f"asked the network to {what}: {why}", code)
    return Refused(f"couldn't {what}: {why}", code)


def _response_in(error: Exception) -> Response | None:
    """The answer to a request for a list, which Twilio's library hands on unread."""
    last = error.args[-1] if isinstance(error, TwilioException) and error.args else None
    return last if isinstance(last, Response) else None


def _code_in(body: str) -> int | None:
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if isinstance(code, int) else None


def _never_left(error: Exception) -> bool:
    """Whether the request failed before its first byte was sent, so that it can safely be asked again."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    if not isinstance(error, requests.ConnectionError) or not error.args:
        return False
    reason = error.args[0]
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    if isinstance(reason, NewConnectionError):
        return True
    return bool(getattr(reason, "args", ())) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
