"""Turning any picture into a plain one: without the place, time, phone and names that cameras write into files."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

LARGEST = (1600, 1600)
"""Pixels. Large enough for the screen of any phone."""

MOST_PIXELS = 60_000_000
"""A picture that claims more is made to fill memory, not to be looked at."""

FORM = "image/jpeg"


class PictureError(Exception):
    """It cannot be read as a picture. The text never holds anything of it."""


def load_formats() -> None:
    """Import what reads pictures now, instead of when the first one comes."""
    Image.init()


def to_plain(content: bytes) -> bytes:
    """The picture as JPEG, the right way up, at most LARGEST, and nothing else of the file. Raises PictureError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PictureError("a picture is larger than a picture can be")
                upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except PictureError:
        raise
    except Exception:  # a broken file breaks in many ways, and what breaks may quote it
        upright = None
    if upright is None:
        raise PictureError("a picture cannot be read as one")
    upright.thumbnail(LARGEST)
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A"))
    kept = io.BytesIO()
    plain.save(kept, "JPEG", quality=85)
    return kept.getvalue()
