"""The flows of a line as they were compiled last: whoever starts with the same files has them at once.

They are kept in the state folder by the content of the files, signed with the line's own secret. Nothing is read of
what isn't signed so: whoever could write it knows our secret. Broken, foreign or of other code, it is passed over.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import pickle
import stat
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pydantic

import flows
from checkin.core.encryption import Keys
from flows.library import Library

NAME = "flows.compiled"
LARGEST = 64 * 1024 * 1024
MOST_HELD = 2
_LATELY: dict[bytes, Library] = {}
"""Those that this process has, by their content: one that is forked from it has the same."""

_SIGNATURE = hashlib.sha256().digest_size


def load(folder: Path, state: Path, keys: Keys) -> Library:
    """The library in this folder, as flows.loading.load makes it, but that its flows don't know their lines in files.

    Raises FlowError.
    """
    content = _content(folder)
    if content not in _LATELY:
        _LATELY[content] = _read(state / NAME, keys, content) or _compile(folder, state, keys, content)
        for older in list(_LATELY)[:-MOST_HELD]:
            del _LATELY[older]
    return _LATELY[content]


def _compile(folder: Path, state: Path, keys: Keys, content: bytes) -> Library:
    from flows.loading import load as compile_all  # whoever has them compiled needs no YAML

    library = _bare(compile_all(folder))
    _write(state / NAME, keys, content, library)
    return library


def _bare(library: Library) -> Library:
    """Without what only checking and translating want to know: where each word stands in which file."""
    versions = {name: replace(flow, source=None) for name, flow in library.versions.items()}
    return replace(
        library, flows={name: versions[flow.hash] for name, flow in library.flows.items()}, versions=versions,
        settings=None,
    )  # fmt: skip


def _content(folder: Path) -> bytes:
    """What the result depends on: every file of the folder, and the code that reads them."""
    digest = hashlib.sha256(f"{sys.version} {pydantic.VERSION} {folder}".encode())
    for file in _files(folder):
        digest.update(f"\0{file.relative_to(folder)}\0".encode())
        with suppress(OSError):  # whoever compiles them says so
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    for file in _files(Path(flows.__file__).parent):
        found = file.stat()
        digest.update(f"\0{file}\0{found.st_size}\0{found.st_mtime_ns}".encode())
    return digest.digest()


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if "__pycache__" not in file.parts and file.is_file())


def _read(file: Path, keys: Keys, content: bytes) -> Library | None:
    """What was kept of this content; None for nothing, and for anything that we did not write just so."""
    try:
        with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as kept:
            found = os.fstat(kept.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_size > LARGEST:
                return None
            signature, compiled = kept.read(_SIGNATURE), kept.read()
    except OSError:
        return None
    if not hmac.compare_digest(signature, _sign(keys, content, compiled)):
        return None
    library = pickle.loads(compiled)  # noqa: S301 - we signed it
    return library if isinstance(library, Library) else None


def _write(file: Path, keys: Keys, content: bytes, library: Library) -> None:
    """Whole or not at all, for its owner alone; where nothing can be written, nothing is kept."""
    compiled = pickle.dumps(library, pickle.HIGHEST_PROTOCOL)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        try:
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(_sign(keys, content, compiled) + compiled)
            fresh.replace(file)
        finally:
            fresh.unlink(missing_ok=True)


def _sign(keys: Keys, content: bytes, compiled: bytes) -> bytes:
    return hmac.digest(keys.derived("compiled flows", content.hex()), compiled, "sha256")
