"""Everything that the line may know of a number, each made by itself, and every way through a call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from checkin.compliance import consent
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import Work
from checkin.followups import service as follow_ups
from checkin.relays import blocking
from flows.engine.effects import ScheduleFollowUp
from tests import make
from tests.cast import ATTESTED, BEN, VAL
from tests.console.browser import application
from tests.security.a_call import Call
from tests.services.shelf import told
from tests.the_line import TheLine

EVERYTHING = ["check_ins", "follow_ups", "caring", "calls", "texts", "messages", "name", "share_story", "keep_story"]


def door(line: TheLine) -> Flask:
    """The line's own, with one story behind it and Val on duty."""

    def furnish(work: Work) -> None:
        told(work, "The one story")
        make.volunteer(work, VAL, "Val", lead=True)

    line.runtime.do(furnish)
    return application(line)


def ben(work: Work) -> Contact:
    return contacts.new(work, "default", make.number(BEN))


def speaks_spanish(work: Work) -> None:
    ben(work).language = "es"


def agreed_to_everything(work: Work) -> None:
    who = ben(work)
    who.consents = EVERYTHING
    for name in (preferences.ASKED, "follow_ups_asked"):
        contacts.keep(work, who, name, True, history=False)


def is_called_by_name(work: Work) -> None:
    who = ben(work)
    work.vault.encrypt(who, Contact.name_encrypted, "Ben", of=who)


def answered_before(work: Work) -> None:
    who = ben(work)
    contacts.keep(work, who, "mood", 2, history=True)
    contacts.keep(work, who, "check_in_by", "call", history=False)
    who.tags, who.greeted_at, who.heard_at = ["low_mood", "storyteller"], work.now, work.now


def volunteers(work: Work) -> None:
    make.volunteer(work, BEN, "Ben", always=False, on_duty=False)


def is_on_duty(work: Work) -> None:
    make.volunteer(work, BEN, "Ben", on_duty=True, lead=True, languages=["es"])


def is_blocked(work: Work) -> None:
    who = ben(work)
    work.session.flush()
    blocking.block(work, who, "shouts at whoever picks up", "oda")


def left(work: Work) -> None:
    ben(work).opted_out_at = work.now


def texts_do_not_reach(work: Work) -> None:
    ben(work).unreachable_at = work.now


def was_forgotten(work: Work) -> None:
    who = ben(work)
    who.language = "es"
    work.session.flush()
    consent.forget_contact(work, who)


def was_in_danger(work: Work) -> None:
    ben(work).crisis_at = work.now


def has_a_follow_up_coming(work: Work) -> None:
    who = ben(work)
    who.consents = ["check_ins"]
    work.session.flush()
    follow_ups.schedule(work, who, ScheduleFollowUp("check_in", "weekly", after=timedelta(days=1)))


BY_HAND: list[Callable[[Work], None]] = [
    speaks_spanish, agreed_to_everything, is_called_by_name, answered_before, volunteers, is_on_duty, is_blocked, left,
    texts_do_not_reach, was_forgotten, was_in_danger, has_a_follow_up_coming,
]  # fmt: skip


def texts_with_us(line: TheLine, _app: Flask) -> None:
    line.answers(BEN, "hola")
    line.answers(BEN, "9")


def texts_with_a_peer(line: TheLine, _app: Flask) -> None:
    line.answers(BEN, "PEER")
    line.carries_out()


def called_before(line: TheLine, app: Flask) -> None:
    Call(line, app, BEN).begins().does("9", "3", "2", "1", "1").hangs_up()


def called_before_and_was_known(line: TheLine, app: Flask) -> None:
    Call(line, app, BEN, ATTESTED).begins().does("9", "4", "records", "1", "1", "1").hangs_up()


BY_DOING: list[Callable[[TheLine, Flask], None]] = [
    texts_with_us, texts_with_a_peer, called_before, called_before_and_was_known
]  # fmt: skip

KNOWN = {
    **{made.__name__: (lambda line, _app, made=made: line.runtime.do(made)) for made in BY_HAND},
    **{did.__name__: did for did in BY_DOING},
}
"""Everything that the line may know of a number."""

WALKS = {
    "every choice": ("9", "9", "8", "silence", "silence", "silence"),
    "a peer whom nobody is": ("1", "waits", "waits", "later", "waits", "2", "1", "1", "silence"),
    "a peer, and then a message": ("1", "0", "records", "1", "1", "1"),
    "a story": ("2", "1", "1", "1", "3", "silence", "*"),
    "a low day": ("3", "1", "1", "waits", "*"),
    "a good day": ("3", "5", "1", "1", "1"),
    "no, to everything": ("3", "4", "2", "2", "2"),
    "a message": ("4", "records", "1", "1", "1"),
    "a story of one's own": ("5", "1", "1", "records", "1", "1", "1", "silence"),
    "the volunteers' menu": ("#", "123456", "000000", "3"),
    "words for us": ("help", "stop", "forget me", "yes", "pause", "withdraw", "español", "i want to die"),
    "a person": ("0", "waits", "*", "0"),
}


def hears(line: TheLine, app: Flask, number: str, walk: str, verdict: str | None) -> list[str]:
    call = Call(line, app, number, verdict).begins()
    for act in WALKS[walk]:
        if act == "later":
            line.clock.forward(minutes=3)
        else:
            call.does(act)
    call.hangs_up()
    return call.seen
