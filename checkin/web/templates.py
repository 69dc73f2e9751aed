"""Templates and files: found beside the pages, and served so that browsers keep them until they change."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request, url_for
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from checkin.i18n import gettext
from checkin.web import template_filters

TEMPLATES = Path(__file__).parent
"""Templates are named from here: "layout.html", "console/now/now.html"."""

STATIC = Path(__file__).parent / "static"
KEPT = "public, max-age=31536000, immutable"
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


@cache
def environment() -> Environment:
    """Jinja as pages use it: everything is escaped, and a name that is not there is an error. One for the process."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(gettext.raw, gettext.raw_many, newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.filters.update(template_filters.FILTERS)
    made.globals.update(url=url_for, static=static, languages=gettext.LANGUAGES, translated=translated)
    return made


@cache
def static(path: str) -> str:
    """The address of a file of ours, with what changes when it does."""
    return f"/static/{path}?v={hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:8]}"


def translated(named: Mapping[str, str]) -> list[tuple[str, str]]:
    """What N_ marked, for a list to choose from."""
    return [(key, gettext.raw(words)) for key, words in named.items()]


def files() -> Blueprint:
    """GET /static/…"""
    routes = Blueprint("static_files", __name__)

    def serve(path: str) -> Response:
        found = safe_join(str(STATIC), path)
        file = Path(found) if found else None
        try:
            if file is None or not file.is_file():
                raise NotFound
        except OSError:  # a name that no disk has
            raise NotFound from None
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        response = Response(file.read_bytes(), mimetype=kind)
        response.headers["Cache-Control"] = KEPT if request.args.get("v") else "public, max-age=60"
        return response

    routes.add_url_rule("/static/<path:path>", "file", serve)
    return routes


def chosen(value: str | None, allowed: tuple[str, ...]) -> str:
    """One of these; the first when it is none."""
    return value if value in allowed else allowed[0]
