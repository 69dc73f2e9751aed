"""What stands before every request: who asks is whom our own proxies name, and we are who the settings say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import structlog

from checkin.core.rules.proxies import Proxies, is_here

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

AT_HOME = "checkin.at_home"
"""Whether somebody on this very machine asks, without a proxy between."""

CALLED = "checkin.called"
"""The host that whoever asks called us by: never believed; it tells which setting is wrong (webhooks.signature)."""

HANDED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")
"""What a request has that a proxy has handed on."""

log = structlog.get_logger()


class Front:
    """A layer around the application.

    Host and scheme are PUBLIC_URL's, whatever the request calls us, and there is no path above ours (SCRIPT_NAME): no
    address that we make can lead to another site. REMOTE_ADDR is the visitor's.
    """

    def __init__(self, application: Application, proxies: Proxies, public_url: str) -> None:
        self._application = application
        self._proxies = proxies
        self._parts = urlsplit(public_url)
        self._warned = False

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        peer, forwarded = environ.get("REMOTE_ADDR") or "", environ.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded and not self._proxies and not self._warned:
            self._warned = True
            log.warning("proxy_not_trusted", why="everybody behind it counts as one place: see CHECKIN_TRUSTED_PROXIES")
        called = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
        environ[AT_HOME] = (
            is_here(peer)
            and (is_here(called) or called == "localhost")
            and not any(name in environ for name in HANDED_ON)
        )
        environ["REMOTE_ADDR"] = self._proxies.visitor(peer, forwarded)
        environ[CALLED] = environ.get("HTTP_HOST", "")
        environ["HTTP_HOST"] = self._parts.netloc
        environ["wsgi.url_scheme"] = self._parts.scheme
        environ["SCRIPT_NAME"] = ""
        return self._application(environ, start_response)
