"""What makes the pages a thing on the phone: its name and icon, and the little that works without connection.

No page of anybody is kept on the phone: only how pages look, and one that says that there is no connection.
"""

from __future__ import annotations

import hashlib
import json

from flask import Response

from checkin.i18n.gettext import _
from checkin.web import templates
from checkin.web.context import RequestContext
from checkin.web.registry import Pages
from checkin.web.volunteer.current_volunteer import SIGN_IN_AT

pages = Pages("volunteer_shell", "/volunteer", sign_in_at=SIGN_IN_AT)

SHELL = (
    "vendor/pico.jade.min.css",
    "vendor/htmx.min.js",
    "css/line.css",
    "css/volunteer.css",
    "js/line.js",
    "js/volunteer.js",
    "icons/line.svg",
)
"""The files that each page of a volunteer is drawn with."""

ICONS = (("icons/line-192.png", "192x192", "any"), ("icons/line-512.png", "512x512", "any maskable"))


@pages.page("/manifest.webmanifest", right=None)
def manifest(ctx: RequestContext) -> Response:
    """How the pages are called and look among the phone's programs (W3C, Web Application Manifest)."""
    told = {
        "id": "/volunteer/",
        "name": _("Check-in Line: volunteers"),
        "short_name": _("Check-in"),
        "lang": ctx.language,
        "start_url": "/volunteer/",
        "scope": "/volunteer/",
        "display": "standalone",
        "background_color": "#f4f6f5",
        "theme_color": "#007a50",
        "icons": [
            {"src": templates.static(path), "sizes": size, "type": "image/png", "purpose": purpose}
            for path, size, purpose in ICONS
        ],
    }
    return Response(json.dumps(told), mimetype="application/manifest+json")


@pages.page("/sw.js", right=None)
def worker(ctx: RequestContext) -> Response:
    """The service worker. It has a new name, and phones fetch everything anew, when anything in the shell changed."""
    files = [*map(templates.static, SHELL), ctx.url("volunteer_shell.offline")]
    body = (templates.STATIC / "js" / "volunteer-worker.js").read_text()
    shown = ctx.page("volunteer/sign_in/offline.html")
    name = hashlib.sha256("".join((*files, body, shown)).encode()).hexdigest()[:12]
    told = f"const NAME = {json.dumps(name)};\nconst FILES = {json.dumps(files)};\n"
    return Response(told + body, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@pages.page("/offline", right=None)
def offline(ctx: RequestContext) -> str:
    """What is shown when there is no connection, in both languages: it is kept by the phone before it is needed."""
    return ctx.page("volunteer/sign_in/offline.html")
