"""The process in which a model is loaded: one recording in, its words out as one line of JSON."""

from __future__ import annotations

import json
import sys
import wave
from typing import Any


def main(model: str, sound: str, language: str) -> None:
    """Write down the 16 kHz mono WAV `sound`. Whatever goes wrong ends the process with another code than 0."""
    import numpy
    from pywhispercpp.model import Model

    with wave.open(sound) as file:
        samples = numpy.frombuffer(file.readframes(file.getnframes()), dtype=numpy.int16).astype(numpy.float32)
    loaded: Any = Model(
        model,
        redirect_whispercpp_logs_to=None,
        print_progress=False,
        print_realtime=False,
        n_threads=1,  # calls come first; and threads that wait for each other crawl on a busy machine (measured)
    )
    parts = loaded.transcribe(samples / 32768.0, language=language.split("-")[0])
    words = " ".join(part.text.strip() for part in parts)
    print("\n" + json.dumps({"words": words}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
