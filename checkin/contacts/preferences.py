"""How a contact said that we may reach them: by call, by text, with words on a machine, under our name.

Asked once in the flow `preferences`, changed by texting PREFERENCES, and kept as consents: in the ledger with the
words that were shown, and with the contact as what holds now. STOP and START are about texts too, and say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from flows.engine.sentences import sentence

ASKED = "preferences_asked"
"""The variable that the flow keeps with the contact once they have answered."""

CALLS, TEXTS, MESSAGES, NAME = "calls", "texts", "messages", "name"
ALL = frozenset({CALLS, TEXTS, MESSAGES, NAME})
"""What they are called in flows (`consent.calls`) and in the ledger."""


@dataclass(frozen=True)
class Preferences:
    """What a contact said. asked: whether they were asked at all; before that nothing else is known.

    call: we may call them. text: we may begin a text. message: words may be left on a machine. name: our name may be
    said where somebody else might hear or read it. Before they were asked, nobody calls, nothing is left and our name
    is not said aloud; texts that they agreed to one by one (a check-in, say) may come.
    """

    asked: bool
    call: bool
    text: bool
    message: bool
    name: bool

    @property
    def no_texts(self) -> bool:
        """Whether they were asked, and said no to texts that we begin."""
        return self.asked and not self.text

    @property
    def discreet(self) -> bool:
        """Whether they were asked, and said that our name is not to be seen."""
        return self.asked and not self.name


def of(uow: UnitOfWork, contact: Contact) -> Preferences:
    """What this contact said, as it holds now. A number that a call only claimed is left no message, nor our name."""
    asked = contacts.kept(uow, contact).get(ASKED) is True
    given = frozenset(contact.consents) if asked else frozenset()
    said = Preferences(asked, CALLS in given, TEXTS in given, MESSAGES in given, NAME in given)
    return said if contact.shown_key is None else replace(said, message=False, name=False)


def may_call(uow: UnitOfWork, contact: Contact) -> bool:
    """Whether we may call them. Where nobody vouched for their number, its owner's own word goes before the call's."""
    if not of(uow, contact).call:
        return False
    owner = contacts.owner_of(uow, contact)
    said = of(uow, owner) if owner is not None else None
    return said is None or not said.asked or said.call


def takes_our_texts(uow: UnitOfWork, contact: Contact) -> bool:
    """Whether we may begin a text to them: it could arrive, and they did not say that they want none."""
    if not contacts.takes_texts(uow, contact) or contact.unreachable_at is not None:
        return False
    return not of(uow, contact).no_texts


def our_name(uow: UnitOfWork, contact: Contact, said: Preferences | None) -> str:
    """What we call ourselves: the line's name; or, where a talk is ours to begin (`said`), a discreet one if they wish.

    The discreet one is a sentence of words.yaml (`discreet_name`), in the contact's language.
    """
    line = uow.library.lines[contact.line]
    if said is None or not said.discreet:
        return line.name
    return sentence(uow.library, "discreet_name", [contact.language or "", *line.languages], "sms", {})[0]
