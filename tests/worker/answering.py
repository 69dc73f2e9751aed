"""A small application for tests of how the web server reads and writes: it says how much came, or answers at length."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

LONG = 5_000_000


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """/read: the length of the body. /long: LONG bytes. /ignore: without a look at the body."""
    path = environ["PATH_INFO"]
    if path == "/read":
        said = str(len(environ["wsgi.input"].read())).encode()
    else:
        said = b"x" * LONG if path == "/long" else b"ok"
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]
