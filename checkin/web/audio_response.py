"""The sound of something that a page may let be heard: whole, or the part that a player asks for."""

from __future__ import annotations

from flask import Response

from checkin.core.encryption import CannotDecrypt
from checkin.telephony import audio
from checkin.telephony.media_store import MediaMissing
from checkin.web.context import RequestContext


def answer(ctx: RequestContext, media_key: str) -> Response:
    """What our store has under this key, kept nowhere on its way. Raises NotThere when it has nothing."""
    try:
        content = ctx.runtime.media.open(media_key)
    except (MediaMissing, CannotDecrypt):
        ctx.not_there()
    response = Response(content, mimetype=audio.mime(content))
    response.headers["Cache-Control"] = "private, no-store"
    response.make_conditional(ctx.request.environ, accept_ranges=True, complete_length=len(content))
    return response
