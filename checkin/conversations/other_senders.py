"""Texts from where we cannot answer as to a number: other apps (WhatsApp, say), short codes, names.

Nothing that somebody wrote to us is lost: it is kept under an alias, counted, and put before a person; danger in it is
danger. Who writes from an app is told honestly where we do answer, and where help is at any hour. Short codes and
names are machines: they get no answer, and nobody is woken for them.
"""

from __future__ import annotations

from sqlalchemy import exists, select

from checkin.cases import alarms
from checkin.cases import service as cases
from checkin.cases.models import Case
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import queries
from checkin.core import lines, rate_limits
from checkin.core.reply import Reply
from checkin.core.rules.phone import Withheld
from checkin.core.rules.reply_budget import HIGH_COST
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import pictures
from checkin.messages import service as messages
from checkin.telephony.rules.arrivals import IncomingText
from flows.engine.effects import OpenCase, Say
from flows.engine.sentences import NoSentence, line_names, sentence

COUNTED = "texts from where we cannot answer"
"""Under this name they are counted, for the page Health."""

SENTENCE = "other_channel"
"""Its name in words.yaml. It gives the line's number and the crisis number."""

CASES_A_DAY = 20
"""So many machines are put before a person in a day; the texts of further ones are kept and counted."""

FROM_AN_APP = N_("wrote from an app, where the line can't answer")
FROM_A_MACHINE = N_("came from a short code or a name, which can't be answered")


def receive(uow: UnitOfWork, line: str, sender: Withheld, text: IncomingText, *, late: bool = False) -> Reply:
    """Keep this text, have a person see it, and answer it where the channel can carry an answer.

    late: it did not reach us when it came (checkin.reconciliation): nobody waits for an answer any more.
    """
    keys = contacts.keys_of(uow, line, sender)
    arrival = queries.of_text(uow.session, line, keys, text.sid, contacts.aliases(keys[0]))
    if arrival.seen:
        said = messages.words_of_answer(uow, arrival.answer)
        return Reply((Say(said, "en"),)) if said else Reply()
    rate_limits.count(uow, COUNTED, line, rate_limits.LONG)
    contact = arrival.contact or contacts.of_sender(uow, line, keys[0], arrival.namesakes)
    row = messages.keep_received(uow, line=line, sid=text.sid, body=text.body, contact=contact)
    pictures.arrived(uow, row, text.sid, text.pictures)
    pictures.unreadable(uow, row, text.sid, text.unreadable)
    contacts.heard(uow, contact)
    heard = uow.library.matcher.hear(text.body)
    stops = heard is not None and heard.kind == "stop"
    if heard is not None and alarms.is_cry(heard, text.body):
        alarms.raise_alert(uow, contact, heard.kind, heard.rule or heard.kind)
    elif not stops:
        _to_a_person(uow, contact, sender, text, announced=heard is None or heard.kind != "help")
    if (
        late
        or stops
        or not sender.carries_answers
        or not contacts.spend_reply(uow, contact, text.body, HIGH_COST).answer
    ):
        return Reply()
    reply = Reply(tuple(_words(uow, line)))
    if reply.words():
        messages.keep_answer(uow, line=line, sid=text.sid, body=reply.words(), contact=contact)
    return reply


def _to_a_person(uow: UnitOfWork, contact: Contact, sender: Withheld, text: IncomingText, *, announced: bool) -> None:
    """Once, until somebody has looked: its page shows all that they wrote. announced: whoever is on duty is told of it,
    unless a machine wrote."""
    if uow.session.scalar(select(exists().where(Case.contact_id == contact.id, Case.state != "closed"))):
        return
    person = sender.carries_answers
    if not person and rate_limits.count(uow, "machines shown", contact.line, rate_limits.DAY) > CASES_A_DAY:
        return
    case = OpenCase(
        kind="message",
        to="team",
        priority="soon" if person else "normal",
        reason=FROM_AN_APP if person else FROM_A_MACHINE,
        words=text.body,
    )
    uow.session.flush()
    cases.open_case(uow, contact, None, case, announced=announced and person)


def _words(uow: UnitOfWork, line: str) -> list[Say]:
    """In each of the line's languages, since theirs is not known; nothing where words.yaml has no such sentence."""
    ours = lines.get(uow, line)
    said: dict[str, Say] = {}
    for code in ours.languages:
        try:
            words, language = sentence(uow.library, SENTENCE, [code], "sms", line_names(ours, ours.name))
        except NoSentence:
            return []
        said.setdefault(language, Say(words, language))
    return list(said.values())
