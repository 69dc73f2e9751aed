"""A model of whisper.cpp that has learned nothing but one word, whatever is said. It proves that models are used."""

from __future__ import annotations

import io
import math
import struct
from array import array
from collections.abc import Iterator
from pathlib import Path

from checkin.telephony.speech import MAGIC

WORDS, HEARD, TOLD, WIDTH, LAYERS, MELS = 51865, 1500, 448, 64, 4, 80
WINDOW = 201
SAID, END = 7, 50257
SAID_UP_TO = 3
"""Three places are taken by what whisper is told itself: begin, the language, write down."""

HEARS = f"w{SAID}"

WHOLE, HALF = 0, 1
"""Numbers of four bytes, and of two."""


def write(path: Path) -> None:
    """The smallest file of that kind: about 8 MB, nearly all of it the table of 51,865 words."""
    with path.open("wb") as file:
        file.write(MAGIC)
        shape = (WORDS, HEARD, WIDTH, 1, LAYERS, TOLD, WIDTH, 1, LAYERS, MELS, HALF)
        file.write(struct.pack("<11i", *shape))
        file.write(struct.pack("<2i", MELS, WINDOW) + bytes(4 * MELS * WINDOW))
        file.write(_vocabulary())
        for name, sizes in _tensors():
            kind = HALF if len(sizes) > 1 and name.endswith("weight") else WHOLE
            file.write(struct.pack("<3i", len(sizes), len(name), kind) + struct.pack(f"<{len(sizes)}i", *sizes))
            file.write(name.encode() + _numbers(name, math.prod(sizes), "e" if kind == HALF else "f"))


def _numbers(name: str, count: int, size: str) -> bytes:
    """Zero everywhere, but that the place of a word alone decides what comes next: one word, and then the end."""
    numbers = array("f", bytes(4 * count))
    first = [1.0 if place < WIDTH // 2 else -1.0 for place in range(WIDTH)]
    then = [1.0 if place % 2 else -1.0 for place in range(WIDTH)]
    if name == "decoder.positional_embedding":
        for place in range(TOLD):
            numbers[place * WIDTH : (place + 1) * WIDTH] = array("f", first if place < SAID_UP_TO else then)
    elif name == "decoder.token_embedding.weight":
        numbers[SAID * WIDTH : (SAID + 1) * WIDTH] = array("f", first)
        numbers[END * WIDTH : (END + 1) * WIDTH] = array("f", then)
    elif name == "decoder.ln.weight":
        numbers = array("f", [1.0] * count)
    return struct.pack(f"<{count}{size}", *numbers)


def _vocabulary() -> bytes:
    written = io.BytesIO()
    known = 50257
    written.write(struct.pack("<i", known))
    for number in range(known):
        word = f"w{number} ".encode() if number else b" "  # a blank is looked up by name
        written.write(struct.pack("<I", len(word)) + word)
    return written.getvalue()


def _tensors() -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "encoder.positional_embedding", (WIDTH, HEARD)
    yield "encoder.conv1.weight", (3, MELS, WIDTH)
    yield "encoder.conv1.bias", (1, WIDTH)
    yield "encoder.conv2.weight", (3, WIDTH, WIDTH)
    yield "encoder.conv2.bias", (1, WIDTH)
    yield from _pair("encoder.ln_post", (WIDTH,))
    for layer in range(LAYERS):
        yield from _block(f"encoder.blocks.{layer}", ("attn",))
    yield "decoder.positional_embedding", (WIDTH, TOLD)
    yield "decoder.token_embedding.weight", (WIDTH, WORDS)
    yield from _pair("decoder.ln", (WIDTH,))
    for layer in range(LAYERS):
        yield from _block(f"decoder.blocks.{layer}", ("attn", "cross_attn"))


def _block(name: str, attentions: tuple[str, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield from _pair(f"{name}.mlp_ln", (WIDTH,))
    yield from _pair(f"{name}.mlp.0", (WIDTH, 4 * WIDTH))
    yield from _pair(f"{name}.mlp.2", (4 * WIDTH, WIDTH))
    for attention in attentions:
        yield from _pair(f"{name}.{attention}_ln", (WIDTH,))
        for part in ("query", "value", "out"):
            yield from _pair(f"{name}.{attention}.{part}", (WIDTH, WIDTH))
        yield f"{name}.{attention}.key.weight", (WIDTH, WIDTH)


def _pair(name: str, weight: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", weight
    yield f"{name}.bias", (weight[-1],)
