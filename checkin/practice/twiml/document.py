"""A TwiML document, read: verbs with their attributes, words and children."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class NotTwiML(ValueError):
    """It can't be read: not well-formed XML, or not a <Response> (error 12100)."""


@dataclass(frozen=True)
class Verb:
    """One element. text: its own words, as they stand; spoken: with those of elements within (SSML), on one line."""

    name: str
    attributes: dict[str, str]
    text: str
    spoken: str
    children: tuple[Verb, ...]

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def number(self, name: str, default: float) -> float:
        """An attribute that is a number; the default when it is absent or no number."""
        try:
            return float(self.attributes[name])
        except (KeyError, ValueError):
            return default

    def yes(self, name: str, default: bool) -> bool:
        said = self.attributes.get(name)
        return default if said is None else said.strip().lower() == "true"

    def all(self) -> Iterator[Verb]:
        yield self
        for child in self.children:
            yield from child.all()


def read(body: str | bytes) -> Verb:
    """The <Response>. Raises NotTwiML."""
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - from the line that we try out, 64 kB at most
    except (ElementTree.ParseError, ValueError) as problem:
        raise NotTwiML(f"not well-formed XML: {problem}") from None
    if root.tag != "Response":
        raise NotTwiML(f"the document is a <{root.tag}>, not a <Response>")
    return _verb(root)


def _verb(element: ElementTree.Element) -> Verb:
    return Verb(
        name=element.tag,
        attributes={("xml:lang" if name == _LANGUAGE else name): value for name, value in element.attrib.items()},
        text="".join([element.text or "", *(child.tail or "" for child in element)]).strip(),
        spoken=" ".join("".join(element.itertext()).split()),
        children=tuple(_verb(child) for child in element),
    )
