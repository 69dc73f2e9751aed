"""Everything that the line may know of a number, each made by itself, and every way through a call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from checkin.compliance import consent
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import service as follow_ups
from checkin.relays import service as relays
from flows.engine.effects import ScheduleFollowUp
from tests import make
from tests.cast import ATTESTED, BEN, VAL
from tests.console.browser import application
from tests.security.a_call import Call
from tests.services.story_rotation import told
from tests.the_line import TheLine

EVERYTHING = ["check_ins", "follow_ups", "caring", "calls", "texts", "messages", "name", "share_story", "keep_story"]


def door(line: TheLine) -> Flask:
    """The line's own, with one story behind it and Val on duty."""

    def furnish(uow: UnitOfWork) -> None:
        told(uow, "The one story")
        make.volunteer(uow, VAL, "Val", lead=True)

    line.runtime.do(furnish)
    return application(line)


def ben(uow: UnitOfWork) -> Contact:
    return contacts.new(uow, "default", make.number(BEN))


def speaks_spanish(uow: UnitOfWork) -> None:
    ben(uow).language = "es"


def agreed_to_everything(uow: UnitOfWork) -> None:
    who = ben(uow)
    who.consents = EVERYTHING
    for name in (preferences.ASKED, "follow_ups_asked"):
        contacts.keep(uow, who, name, True, history=False)


def is_called_by_name(uow: UnitOfWork) -> None:
    who = ben(uow)
    uow.vault.encrypt(who, Contact.name_encrypted, "Ben", of=who)


def answered_before(uow: UnitOfWork) -> None:
    who = ben(uow)
    contacts.keep(uow, who, "mood", 2, history=True)
    contacts.keep(uow, who, "check_in_by", "call", history=False)
    who.tags, who.greeted_at, who.heard_at = ["low_mood", "storyteller"], uow.now, uow.now


def volunteers(uow: UnitOfWork) -> None:
    make.volunteer(uow, BEN, "Ben", always=False, on_duty=False)


def is_on_duty(uow: UnitOfWork) -> None:
    make.volunteer(uow, BEN, "Ben", on_duty=True, lead=True, languages=["es"])


def is_blocked(uow: UnitOfWork) -> None:
    who = ben(uow)
    uow.session.flush()
    relays.block(uow, who, "shouts at whoever picks up", "oda")


def left(uow: UnitOfWork) -> None:
    ben(uow).opted_out_at = uow.now


def texts_do_not_reach(uow: UnitOfWork) -> None:
    ben(uow).unreachable_at = uow.now


def was_forgotten(uow: UnitOfWork) -> None:
    who = ben(uow)
    who.language = "es"
    uow.session.flush()
    consent.forget_contact(uow, who)


def was_in_danger(uow: UnitOfWork) -> None:
    ben(uow).crisis_at = uow.now


def has_a_follow_up_coming(uow: UnitOfWork) -> None:
    who = ben(uow)
    who.consents = ["check_ins"]
    uow.session.flush()
    follow_ups.schedule(uow, who, ScheduleFollowUp("check_in", "weekly", after=timedelta(days=1)))


BY_HAND: list[Callable[[UnitOfWork], None]] = [
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
