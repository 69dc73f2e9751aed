"""Where a request that comes over HTTP/1.1 ends. Nothing is decided here but that: the web server reads it anew."""

from __future__ import annotations

from dataclasses import dataclass

MOST_HEAD = 32 * 1024
"""Bytes of everything before the body. Twilio's are below two thousand; cookies and long addresses make more."""

MOST_GATHERED = 256 * 1024
"""Bytes of a body that is waited for before anybody is at work on it: all of Twilio's, and all forms but a few."""

MOST_FIGURES = 12
"""Of how long a body is."""

_END = b"\r\n\r\n"


class RequestRefused(Exception):
    """It is not even read to its end. The text is the status line to say."""


@dataclass(frozen=True)
class Extent:
    """bytes: of the whole request. large: its body is larger than what is gathered."""

    bytes: int
    large: bool = False


def measure(came: bytes | bytearray) -> Extent | None:
    """How long the request is that begins here; None while its head has not ended. Raises Refused.

    A head that contradicts itself counts as one without a body: the server refuses it, and the connection ends.
    """
    end = came.find(_END, 0, MOST_HEAD)
    if end < 0:
        if len(came) >= MOST_HEAD:
            raise RequestRefused("431 Request Header Fields Too Large")
        return None
    head = end + len(_END)
    lengths = []
    for line in bytes(came[:end]).split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        match name.strip().lower():
            case b"transfer-encoding":
                raise RequestRefused("411 Length Required")
            case b"content-length":
                lengths.append(value.strip())
    if len(lengths) != 1 or not lengths[0].isdigit():
        return Extent(head)
    if len(lengths[0]) > MOST_FIGURES:  # what follows would be taken for a request of its own
        raise RequestRefused("413 Content Too Large")
    body = int(lengths[0])
    return Extent(head + body, large=body > MOST_GATHERED)
