"""Names that are ours: widgets become step ids, Studio's variables become variables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection


class Names:
    """Hands out a name for each thing that needs one; no name twice, the same thing always the same."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self._given: dict[str, str] = {}
        self._taken = {name.lower() for name in taken}

    def of(self, thing: str, like: str | None = None) -> str:
        """The name of `thing`, made of its own letters (or of those of `like`)."""
        if thing not in self._given:
            self._given[thing] = self.free(like or thing)
        return self._given[thing]

    def free(self, like: str) -> str:
        """A name like this that nothing else has."""
        wanted = name = plain(like)
        count = 1
        while name.lower() in self._taken:
            count += 1
            name = f"{wanted[:50]}_{count}"
        self._taken.add(name.lower())
        return name


def plain(text: str) -> str:
    """Letters of ASCII, digits and underscores, beginning with a letter: what the flow language allows."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"\W+", "_", bare).strip("_")[:50]
    return name if name and not name[0].isdigit() else f"step_{name}".rstrip("_")
