"""A volunteer texts the line: their own words first, then the relay that they are in or are asked to take.

A volunteer's text never opens a contact's conversation. Which words these are, in each language, stands in team.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from checkin.accounts import volunteer_links
from checkin.contacts import service as contacts
from checkin.core import lines
from checkin.core.reply import Reply
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import network_opt_outs
from checkin.i18n.say import language_of, moment, say, times
from checkin.relays import aftercare, text_ending, texts
from checkin.relays import queries as relay_rows
from checkin.relays.forwarding import Sent
from checkin.volunteers import duty, reach, shift_gaps, shift_reminders
from checkin.volunteers.duty import DutyStanding
from checkin.volunteers.models import Volunteer
from flows.engine.effects import Say
from flows.engine.sentences import line_names, sentence
from flows.words.folding import fold
from flows.words.keywords import GlobalWord, WordKind
from flows.words.reactions import Reaction, read_reaction

LONGEST_OFF = timedelta(days=60)
SHOWN = 4

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_WITH_LENGTH = re.compile(
    r"(?P<word>[^\W\d_]+)(?:\s+for)?"
    r"(?:\s*(?P<count>\d{1,3})\s*(?P<unit>m|h|d)(?:in|ins|inutes?|inutos?|ours?|oras?|ays?|ias?|r|rs)?)?"
)
_WITH_NUMBER = re.compile(r"(?P<word>[^\W\d_]+)(?:\s*(?P<number>\d{1,9}))?")
_WITH_ANSWER = re.compile(r"(?P<word>[^\W\d_]+) (?P<answer>[^\W\d_]+)")
_WORD = re.compile(r"[^\W\d_]+")
ALWAYS: frozenset[WordKind] = frozenset({"crisis", "stop"})
"""Answered whatever the budget says."""


def receive(uow: UnitOfWork, volunteer: Volunteer, sent: Sent) -> Reply:
    """The answer to a volunteer's text. Whoever texts is there, and rings in their usual place."""
    network_opt_outs.volunteer_wrote(volunteer)
    if volunteer.texts_failed:
        reach.on_back(uow, volunteer)
    if "voice" not in volunteer.channels:
        reach.on_reached(volunteer)
    reply = _within_budget(uow, volunteer, sent)
    aftercare.is_there(volunteer)
    return reply


def _within_budget(uow: UnitOfWork, volunteer: Volunteer, sent: Sent) -> Reply:
    """What is no word of ours is answered so many times and no more: it may be a machine."""
    unknown = "duty.missed_thanks" if aftercare.missed_by(uow, volunteer) else "duty.unknown"
    word, heard = fold(sent.body), uow.library.matcher.hear(sent.body)
    reply = _answer(uow, volunteer, sent, word, heard, unknown)
    always = _is_ours(uow, word) or texts.is_ours(uow, sent.body) or (heard is not None and heard.kind in ALWAYS)
    if not reply.words() or always:
        return reply
    budget = replace(uow.policy(volunteer.line).budget, short=1)  # our short words are not counted
    verdict = contacts.spend_reply(uow, volunteer, sent.body, budget)
    if verdict.answer:
        return reply
    return _said(uow, volunteer, say(uow, volunteer, "duty.resting") if verdict.first else "")


def _is_ours(uow: UnitOfWork, word: str) -> bool:
    """Whether it is a word about duty, shifts, or themselves."""
    named = uow.library.team.keyword(word)
    if named in _ANSWERS or named in ("yes", "no", "gap"):
        return True
    return bool(_duty_asked(uow, word) or _gap_asked(uow, word) or _shift_answered(uow, word))


def _duty_asked(uow: UnitOfWork, word: str) -> re.Match[str] | None:
    """ON, OFF, OFF 2H."""
    found = _WITH_LENGTH.fullmatch(word)
    return found if found and uow.library.team.keyword(found["word"]) in ("on", "off") else None


def _gap_asked(uow: UnitOfWork, word: str) -> re.Match[str] | None:
    """GAP, GAP 12."""
    found = _WITH_NUMBER.fullmatch(word)
    return found if found and uow.library.team.keyword(found["word"]) == "gap" else None


def _shift_answered(uow: UnitOfWork, word: str) -> str | None:
    """The answer in SHIFT YES, SHIFT NO."""
    found, keyword = _WITH_ANSWER.fullmatch(word), uow.library.team.keyword
    about_shift = found is not None and keyword(found["word"]) == "shifts" and keyword(found["answer"]) in ("yes", "no")
    return found["answer"] if found and about_shift else None


def _answer(
    uow: UnitOfWork, volunteer: Volunteer, sent: Sent, word: str, heard: GlobalWord | None, unknown: str
) -> Reply:
    own = _duty if _duty_asked(uow, word) else _ANSWERS.get(uow.library.team.keyword(word) or "")
    if volunteer.page_only and own not in _AT_ANY_RATE:
        return _said(uow, volunteer, say(uow, volunteer, "duty.page_only"))
    if own is not None:
        return _said(uow, volunteer, own(uow, volunteer, word))
    if (reaction := read_reaction(sent.body)) is not None:
        return _reacted(uow, volunteer, sent, reaction)
    if heard is not None and heard.kind == "crisis" and not _is_texting(uow, volunteer):
        return _said(uow, volunteer, _in_danger(uow, volunteer, leaves=heard.leaves))
    if heard is not None and heard.kind == "stop" and heard.rule != "vague":  # "no thanks" may answer an offer
        return _said(uow, volunteer, _stop(uow, volunteer, word))
    about_shift = _shift_words(uow, volunteer, word)
    if about_shift is not None:
        return _said(uow, volunteer, about_shift)
    answer = texts.from_volunteer(uow, volunteer, sent)
    if answer is not None:
        return answer
    about_shift = _yes_or_no(uow, volunteer, word)
    if about_shift is not None:
        return _said(uow, volunteer, about_shift)
    return _said(uow, volunteer, say(uow, volunteer, unknown, help=_help(uow, volunteer, word)))


def _is_texting(uow: UnitOfWork, volunteer: Volunteer) -> bool:
    """Whether they are in a relay by text: what they write there is about a contact, and for them."""
    return any(thread.joined for thread in relay_rows.threads_of(uow.session, volunteer.id))


def _reacted(uow: UnitOfWork, volunteer: Volunteer, sent: Sent, reaction: Reaction) -> Reply:
    """A reaction: a thumb on a reminder is its answer, one in a relay goes to the contact, any other is for nobody."""
    asked = {"yes", "no"} <= set(_WORD.findall(reaction.quoted))
    if asked and reaction.likes is not None:
        answer = shift_reminders.on_answer(uow, volunteer, yes=reaction.likes)
        return _said(uow, volunteer, answer or "")
    return texts.from_volunteer(uow, volunteer, sent) or Reply()


def _in_danger(uow: UnitOfWork, volunteer: Volunteer, *, leaves: bool) -> str:
    """Volunteers are people, too: they have the crisis numbers at once, and the other leads are told."""
    line = lines.get(uow, volunteer.line)
    language = language_of(uow, volunteer)
    words = sentence(uow.library, "crisis", [language], "sms", line_names(uow.library.lines[line.key], line.name))[0]
    aftercare.tell_leads(uow, volunteer, rule="signs of danger", key="relays.danger_lead")
    return f"{words}\n{_stop(uow, volunteer, '')}" if leaves else words


def _duty(uow: UnitOfWork, volunteer: Volunteer, word: str) -> str:
    """ON, OFF, OFF 2H."""
    found = _duty_asked(uow, word)
    assert found is not None
    length = timedelta(**{_UNITS[found["unit"]]: int(found["count"])}) if found["count"] else None
    where = zone(volunteer.time_zone)
    if uow.library.team.keyword(found["word"]) == "on":
        standing = duty.go_on(uow, volunteer, length)
    elif length is not None and length > LONGEST_OFF:
        return say(uow, volunteer, "duty.too_long")
    else:
        standing = duty.go_off(uow, volunteer, length)
    return _of_standing(uow, volunteer, standing, where)


def _shifts(uow: UnitOfWork, volunteer: Volunteer, _word: str) -> str:
    """How they stand now, and their next times."""
    where, coming = zone(volunteer.time_zone), duty.next_times(uow, volunteer, SHOWN)
    if not coming:
        return say(uow, volunteer, "duty.always" if volunteer.always else "duty.no_shifts")
    now = _of_standing(uow, volunteer, duty.standing(uow, volunteer), where)
    return f"{now} {say(uow, volunteer, 'duty.shifts', times=times(uow, volunteer, coming, where))}"


def _of_standing(uow: UnitOfWork, volunteer: Volunteer, standing: DutyStanding, where: ZoneInfo) -> str:
    """How they stand, in words; times are on the clock of `where`, theirs."""
    if standing.until is None:
        return say(uow, volunteer, _STANDS[standing.state])
    return say(uow, volunteer, _STANDS_UNTIL[standing.state], until=moment(uow, volunteer, standing.until, where))


_STANDS = {"on": "duty.on", "off": "duty.off", "between shifts": "duty.unplanned", "paused": "duty.paused"}
_STANDS_UNTIL = {"on": "duty.on_until", "off": "duty.off_until", "between shifts": "duty.between"}


def _shift_words(uow: UnitOfWork, volunteer: Volunteer, word: str) -> str | None:
    """GAP 12, SHIFT YES, SHIFT NO: words that are never meant for a contact."""
    gap = _gap_asked(uow, word)
    if gap is not None:
        number = gap["number"]
        return shift_gaps.take(uow, volunteer, int(number)) if number else say(uow, volunteer, "shifts.which_gap")
    answer = _shift_answered(uow, word)
    return None if answer is None else _yes_or_no(uow, volunteer, answer)


def _yes_or_no(uow: UnitOfWork, volunteer: Volunteer, word: str) -> str | None:
    """The answer to a reminder. While they text with a contact, a plain YES goes to the contact."""
    answer = uow.library.team.keyword(word)
    return shift_reminders.on_answer(uow, volunteer, yes=answer == "yes") if answer in ("yes", "no") else None


def _help(uow: UnitOfWork, volunteer: Volunteer, _word: str) -> str:
    line = lines.get(uow, volunteer.line)
    return say(uow, volunteer, "duty.help", line=line.name, crisis=line.crisis_number, emergency=line.emergency_number)


def _link(uow: UnitOfWork, volunteer: Volunteer, _word: str) -> str:
    """LINK: the way to their page. The link itself is a text of its own, which no log of answers keeps."""
    return volunteer_links.texted(uow, volunteer)


def _stop(uow: UnitOfWork, volunteer: Volunteer, _word: str) -> str:
    """No more texts, and no calls either: one word is enough to be left in peace.

    Whom they are texting with is handed on to others first, so that nobody writes to a phone that hears nothing.
    """
    for thread in relay_rows.threads_of(uow.session, volunteer.id):
        if thread.joined:
            text_ending.hand_on(uow, volunteer, thread)
    volunteer.stopped_at, volunteer.stopped_by = uow.now, None
    reach.on_lost(uow, volunteer)
    duty.go_off(uow, volunteer)
    return say(uow, volunteer, "duty.stopped", line=lines.get(uow, volunteer.line).name)


def _start(uow: UnitOfWork, volunteer: Volunteer, _word: str) -> str:
    volunteer.stopped_at = volunteer.stopped_by = None
    reach.on_back(uow, volunteer)
    return say(uow, volunteer, "duty.started", line=lines.get(uow, volunteer.line).name)


_Answer = Callable[[UnitOfWork, Volunteer, str], str]
_ANSWERS: dict[str, _Answer] = {"shifts": _shifts, "help": _help, "link": _link, "stop": _stop, "start": _start}
"""What answers a keyword, by its name in team.yaml. ON, OFF, GAP and SHIFT YES have shapes; relays have their own."""


_AT_ANY_RATE = (_shifts, _help, _link, _stop, _start)
"""What is answered to a number whose owner acts on their page: a text may be anybody's, and these give nobody away."""


def _said(uow: UnitOfWork, volunteer: Volunteer, words: str) -> Reply:
    return Reply() if not words else Reply((Say(words, language_of(uow, volunteer)),))
