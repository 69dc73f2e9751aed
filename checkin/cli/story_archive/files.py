"""A folder or a zip that somebody made elsewhere. Nothing is unpacked, no name leads out of it, nothing is read whole
that is larger than it may be."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath
from typing import Protocol

from checkin.core.errors import UserError


class Container(Protocol):
    """Files by name, as the list of stories names them."""

    def read(self, name: str, most: int) -> bytes:
        """The content. Raises UserError: no such file, a name that leads elsewhere, more than `most` bytes."""


def opened(path: Path) -> Container:
    """The folder or zip at this path. Raises UserError."""
    if path.is_dir():
        return _Folder(path)
    try:
        return _Zip(zipfile.ZipFile(path))
    except (OSError, zipfile.BadZipFile) as error:
        raise UserError(f"{path.name} is neither a folder nor a zip that can be read: check its name") from error


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def read(self, name: str, most: int) -> bytes:
        place = (self._folder / _inside(name)).resolve()
        if not place.is_relative_to(self._folder):
            raise UserError("it's a link to outside the folder: copy the file itself into it")
        try:
            with place.open("rb") as file:
                return _measured(file.read(most + 1), most)
        except OSError as error:
            raise UserError(f"there's no file of that name that can be read ({error.strerror})") from error


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def read(self, name: str, most: int) -> bytes:
        inside = str(_inside(name))
        try:
            entry = self._archive.getinfo(inside)
            with self._archive.open(entry) as file:
                content = file.read(most + 1)
        except KeyError:
            raise UserError("there's no file of that name in the zip") from None
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
            raise UserError("it is damaged, or protected with a password: pack the zip again without one") from error
        except Exception as error:  # zlib and lzma each have errors of their own for what is no longer whole
            raise UserError("it's damaged in the zip: pack the zip again") from error
        return _measured(content, most)


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name.replace("\\", "/"))
    if (
        not name.strip()
        or not path.parts
        or path.is_absolute()
        or ".." in path.parts
        or ":" in path.parts[0]
        or "\0" in name
    ):
        raise UserError("its name points outside the folder: you can only import files in it")
    return path


def _measured(content: bytes, most: int) -> bytes:
    if len(content) > most:
        raise UserError(f"it holds more than the {most / 1e6:.0f} MB allowed, unpacked: export it as MP3 first")
    return content
