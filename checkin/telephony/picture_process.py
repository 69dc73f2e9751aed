"""The process in which a stranger's picture is opened: the file comes in, a plain JPEG goes out, and no more memory or
time than was said is ever taken. Whatever goes wrong ends it with another code than 0, without a word."""

from __future__ import annotations

import io
import resource
import sys
import warnings

LARGEST = (1600, 1600)
"""Pixels of what goes out. Large enough for the screen of any phone."""

MOST_PIXELS = 20_000_000
"""What claims more is made to fill memory, not to be looked at. (A JPEG is read as small as it will be needed, so that
the photo of any camera is none of these.)"""

MEMORY = 448 * 1024 * 1024
"""Bytes of address space, all of Python and what reads pictures included (about 60 MB)."""

SECONDS = 10
"""Of work."""

AS_THEY_ARE = ("RGB", "RGBA", "L", "LA", "CMYK", "YCbCr")
"""Kinds of color that can be made smaller before anything else is done with them."""


def main() -> None:
    """From standard input to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if sys.platform.startswith("linux"):  # elsewhere the system does not heed it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("error")
    sys.stdout.buffer.write(plain(sys.stdin.buffer.read()))


def plain(content: bytes) -> bytes:
    """The picture as JPEG, the right way up, at most LARGEST, and nothing else of the file."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # counted below, when a JPEG has been made as small as it will be read
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
        picture.draft("RGB", LARGEST)
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("larger than a picture can be")
        small = picture if picture.mode in AS_THEY_ARE else picture.convert("RGBA")
        small.thumbnail(LARGEST)
        upright = ImageOps.exif_transpose(small).convert("RGBA")
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A"))
    kept = io.BytesIO()
    flat.save(kept, "JPEG", quality=85)
    return kept.getvalue()


if __name__ == "__main__":
    main()
