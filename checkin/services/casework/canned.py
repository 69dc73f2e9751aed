"""Answers that are written already: the sentences of words.yaml whose names begin with `answer_`."""

from __future__ import annotations

from checkin.models.contacts import Contact
from checkin.services import lines
from checkin.work import Work
from flows.words.sentences import known, line_names, sentence

PREFIX = "answer_"


def for_contact(work: Work, contact: Contact) -> list[str]:
    """In their language, the line's first when they said none; in the order in which they are written."""
    line = lines.get(work, contact.line)
    wanted = [contact.language or "", *line.languages]
    language = next(iter(known(work.library, wanted)), next(iter(work.library.words)))
    names = [name for name in work.library.words[language].sentences if name.startswith(PREFIX)]
    values = line_names(line, line.name)
    return [sentence(work.library, name, wanted, "sms", values)[0] for name in names]
