"""A volunteer texts the line: their own words first, then the relay that they are in or are asked to take.

A volunteer's text never opens a contact's conversation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from checkin.accounts import volunteer_links
from checkin.contacts import service as contacts
from checkin.core import lines
from checkin.core.reply import Reply
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import Work
from checkin.delivery import network_opt_outs
from checkin.i18n.say import language_of, moment, say, times
from checkin.relays import aftercare, missed_rings, preview, text_ending, texts
from checkin.relays import queries as relay_rows
from checkin.relays.forwarding import Sent
from checkin.volunteers import bad_numbers, duty, reach, shift_gaps, shift_reminders
from checkin.volunteers.duty import Standing
from checkin.volunteers.models import Volunteer
from flows.engine.effects import Say
from flows.words.keywords import GlobalWord, WordKind
from flows.words.reactions import Reaction, read_reaction
from flows.words.sentences import line_names, sentence

LONGEST_OFF = timedelta(days=60)
SHOWN = 4

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_DUTY = re.compile(
    r"(?P<word>on|off|activo|activa|descanso)(?:\s+for)?"
    r"(?:\s*(?P<count>\d{1,3})\s*(?P<unit>m|h|d)(?:in|ins|inutes?|inutos?|ours?|oras?|ays?|ias?|r|rs)?)?"
)
_GAP = re.compile(r"(?:gap|cubrir)(?:\s*#?(?P<number>\d{1,9}))?")
_ABOUT_SHIFT = re.compile(r"(?:shift|turno)\s+(?P<word>yes|y|si|s|no|n)")
_WORD = re.compile(r"[^\W\d_]+")
ALWAYS: frozenset[WordKind] = frozenset({"crisis", "stop"})
"""Answered whatever the budget says."""

_ON = frozenset({"on", "activo", "activa"})


def receive(work: Work, volunteer: Volunteer, sent: Sent) -> Reply:
    """The answer to a volunteer's text. Whoever texts is there, and rings in their usual place."""
    network_opt_outs.volunteer_wrote(volunteer)
    if volunteer.texts_failed:
        reach.back(work, volunteer)
    if "voice" not in volunteer.channels:
        bad_numbers.reached(volunteer)
    reply = _within_budget(work, volunteer, sent)
    missed_rings.is_there(volunteer)
    return reply


def _within_budget(work: Work, volunteer: Volunteer, sent: Sent) -> Reply:
    """What is no word of ours is answered so many times and no more: it may be a machine."""
    unknown = "duty.missed_thanks" if preview.missed_by(work, volunteer) else "duty.unknown"
    word, heard = _folded(sent.body), work.library.ears.hear(sent.body)
    reply = _answer(work, volunteer, sent, word, heard, unknown)
    always = _is_ours(word) or texts.is_ours(sent.body) or (heard is not None and heard.kind in ALWAYS)
    if not reply.words() or always:
        return reply
    budget = replace(work.policy(volunteer.line).budget, short=1)  # our short words are not counted
    verdict = contacts.spend_reply(work, volunteer, sent.body, budget)
    if verdict.answer:
        return reply
    return _said(work, volunteer, say(work, volunteer, "duty.resting") if verdict.first else "")


def _is_ours(word: str) -> bool:
    """Whether it is a word about duty, shifts, or themselves."""
    known = word in _WORDS or word in shift_reminders.YES | shift_reminders.NO
    return known or any(shape.fullmatch(word) for shape in (_DUTY, _GAP, _ABOUT_SHIFT))


def _answer(work: Work, volunteer: Volunteer, sent: Sent, word: str, heard: GlobalWord | None, unknown: str) -> Reply:
    own = _WORDS.get(word) or (_duty if _DUTY.fullmatch(word) else None)
    if volunteer.page_only and own not in _AT_ANY_RATE:
        return _said(work, volunteer, say(work, volunteer, "duty.page_only"))
    if own is not None:
        return _said(work, volunteer, own(work, volunteer, word))
    if (reaction := read_reaction(sent.body)) is not None:
        return _reacted(work, volunteer, sent, reaction)
    if heard is not None and heard.kind == "crisis" and not _is_texting(work, volunteer):
        return _said(work, volunteer, _in_danger(work, volunteer, leaves=heard.leaves))
    if heard is not None and heard.kind == "stop" and heard.rule != "vague":  # "no thanks" may answer an offer
        return _said(work, volunteer, _stop(work, volunteer, word))
    about_shift = _shift_words(work, volunteer, word)
    if about_shift is not None:
        return _said(work, volunteer, about_shift)
    answer = texts.from_volunteer(work, volunteer, sent)
    if answer is not None:
        return answer
    about_shift = _yes_or_no(work, volunteer, word)
    if about_shift is not None:
        return _said(work, volunteer, about_shift)
    return _said(work, volunteer, say(work, volunteer, unknown, help=_help(work, volunteer, word)))


def _is_texting(work: Work, volunteer: Volunteer) -> bool:
    """Whether they are in a relay by text: what they write there is about a contact, and for them."""
    return any(thread.joined for thread in relay_rows.threads_of(work.session, volunteer.id))


def _reacted(work: Work, volunteer: Volunteer, sent: Sent, reaction: Reaction) -> Reply:
    """A reaction: a thumb on a reminder is its answer, one in a relay goes to the contact, any other is for nobody."""
    asked = {"yes", "no"} <= set(_WORD.findall(reaction.quoted))
    if asked and reaction.likes is not None:
        answer = _yes_or_no(work, volunteer, "yes" if reaction.likes else "no")
        return _said(work, volunteer, answer or "")
    return texts.from_volunteer(work, volunteer, sent) or Reply()


def _in_danger(work: Work, volunteer: Volunteer, *, leaves: bool) -> str:
    """Volunteers are people, too: they have the crisis numbers at once, and the other leads are told."""
    line = lines.get(work, volunteer.line)
    language = language_of(work, volunteer)
    words = sentence(work.library, "crisis", [language], "sms", line_names(work.library.lines[line.key], line.name))[0]
    aftercare.tell_leads(work, volunteer, rule="signs of danger", key="relays.danger_lead")
    return f"{words}\n{_stop(work, volunteer, '')}" if leaves else words


def _duty(work: Work, volunteer: Volunteer, word: str) -> str:
    """ON, OFF, OFF 2H."""
    found = _DUTY.fullmatch(word)
    assert found is not None
    length = timedelta(**{_UNITS[found["unit"]]: int(found["count"])}) if found["count"] else None
    where = zone(volunteer.time_zone)
    if found["word"] in _ON:
        standing = duty.go_on(work, volunteer, length)
    elif length is not None and length > LONGEST_OFF:
        return say(work, volunteer, "duty.too_long")
    else:
        standing = duty.go_off(work, volunteer, length)
    return _of_standing(work, volunteer, standing, where)


def _shifts(work: Work, volunteer: Volunteer, _word: str) -> str:
    """How they stand now, and their next times."""
    where, coming = zone(volunteer.time_zone), duty.next_times(work, volunteer, SHOWN)
    if not coming:
        return say(work, volunteer, "duty.always" if volunteer.always else "duty.no_shifts")
    now = _of_standing(work, volunteer, duty.standing(work, volunteer), where)
    return f"{now} {say(work, volunteer, 'duty.shifts', times=times(work, volunteer, coming, where))}"


def _of_standing(work: Work, volunteer: Volunteer, standing: Standing, where: ZoneInfo) -> str:
    """How they stand, in words; times are on the clock of `where`, theirs."""
    if standing.until is None:
        return say(work, volunteer, _STANDS[standing.state])
    return say(work, volunteer, _STANDS_UNTIL[standing.state], until=moment(work, volunteer, standing.until, where))


_STANDS = {"on": "duty.on", "off": "duty.off", "between shifts": "duty.unplanned", "paused": "duty.paused"}
_STANDS_UNTIL = {"on": "duty.on_until", "off": "duty.off_until", "between shifts": "duty.between"}


def _shift_words(work: Work, volunteer: Volunteer, word: str) -> str | None:
    """GAP 12, SHIFT YES, SHIFT NO: words that are never meant for a contact."""
    gap = _GAP.fullmatch(word)
    if gap is not None:
        return shift_gaps.take(work, volunteer, int(gap["number"])) if gap["number"] else _which_gap(work, volunteer)
    said = _ABOUT_SHIFT.fullmatch(word)
    return None if said is None else _yes_or_no(work, volunteer, said["word"])


def _which_gap(work: Work, volunteer: Volunteer) -> str:
    return say(work, volunteer, "shifts.which_gap")


def _yes_or_no(work: Work, volunteer: Volunteer, word: str) -> str | None:
    """The answer to a reminder. While they text with a contact, a plain YES goes to the contact."""
    if word not in shift_reminders.YES | shift_reminders.NO:
        return None
    return shift_reminders.answered(work, volunteer, yes=word in shift_reminders.YES)


def _help(work: Work, volunteer: Volunteer, _word: str) -> str:
    line = lines.get(work, volunteer.line)
    return say(work, volunteer, "duty.help", line=line.name, crisis=line.crisis_number, emergency=line.emergency_number)


def _link(work: Work, volunteer: Volunteer, _word: str) -> str:
    """LINK: the way to their page. The link itself is a text of its own, which no log of answers keeps."""
    return volunteer_links.texted(work, volunteer)


def _stop(work: Work, volunteer: Volunteer, _word: str) -> str:
    """No more texts, and no calls either: one word is enough to be left in peace.

    Whom they are texting with is handed on to others first, so that nobody writes to a phone that hears nothing.
    """
    for thread in relay_rows.threads_of(work.session, volunteer.id):
        if thread.joined:
            text_ending.hand_on(work, volunteer, thread)
    volunteer.stopped_at, volunteer.stopped_by = work.now, None
    reach.lost(work, volunteer)
    duty.go_off(work, volunteer)
    return say(work, volunteer, "duty.stopped", line=lines.get(work, volunteer.line).name)


def _start(work: Work, volunteer: Volunteer, _word: str) -> str:
    volunteer.stopped_at = volunteer.stopped_by = None
    reach.back(work, volunteer)
    return say(work, volunteer, "duty.started", line=lines.get(work, volunteer.line).name)


_Answer = Callable[[Work, Volunteer, str], str]
_STOP = "stop stopall unsubscribe cancel end quit revoke optout parar"
_WORDS: dict[str, _Answer] = {
    **dict.fromkeys(("shifts", "shift", "turnos"), _shifts),
    **dict.fromkeys(("help", "ayuda", "info"), _help),
    **dict.fromkeys(("link", "page", "enlace", "pagina"), _link),
    **dict.fromkeys((*_STOP.split(), "opt out"), _stop),
    **dict.fromkeys(("start", "unstop"), _start),
}


_AT_ANY_RATE = (_shifts, _help, _link, _stop, _start)
"""What is answered to a number whose owner acts on their page: a text may be anybody's, and these give nobody away."""


def _folded(body: str) -> str:
    """The text in small letters, without accents, marks around it, and doubled spaces."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", body) if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split()).strip(" .,!?\"'*")


def _said(work: Work, volunteer: Volunteer, words: str) -> Reply:
    return Reply() if not words else Reply((Say(words, language_of(work, volunteer)),))
