"""Relays: a caller waits, a volunteer is asked, both are in a room, and both come out of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from checkin.core.unit_of_work import Work
from webhooks import forms
from webhooks.endpoint import Door, Form, silent


def add(routes: Blueprint, door: Door) -> None:
    """Both sides of a relay; each knows the other only by an opaque token."""
    _contact(routes, door)
    _volunteer(routes, door)
    _called_back(routes, door)
    _room(routes, door)


def _contact(routes: Blueprint, door: Door) -> None:
    uses = door.uses

    @routes.post("/voice/wait/<relay>/<int:tick>")
    @door.calls()
    def wait(form: Form, relay: str, tick: int) -> Callable[[], str]:
        sid, keys = forms.call_sid(form), forms.keys(form, silent=silent())
        return door.say(lambda work: uses.wait(work, relay, tick, keys, sid))


def _volunteer(routes: Blueprint, door: Door) -> None:
    uses = door.uses

    @routes.post("/offers/<offer>")
    @door.calls("volunteer")
    def offer(form: Form, offer: str) -> Callable[[], str]:
        sid, who = forms.call_sid(form), forms.answered_by(form)
        return door.say(lambda work: uses.offer_answered(work, offer, sid, who))

    @routes.post("/offers/<offer>/keys/<int:tries>")
    @door.calls("volunteer")
    def offer_keys(form: Form, offer: str, tries: int) -> Callable[[], str]:
        keys = forms.keys(form, silent=silent())
        return door.say(lambda work: uses.offer_pressed(work, offer, tries, keys))

    @routes.post("/offers/<offer>/machine")
    @door.receipts
    def offer_machine(form: Form, offer: str) -> Callable[[Work], None]:
        sid, who = forms.call_sid(form), forms.answered_by(form)
        return lambda work: uses.offer_machine(work, offer, sid, who)

    @routes.post("/offers/<offer>/status")
    @door.receipts
    def offer_status(form: Form, offer: str) -> Callable[[Work], None]:
        status = forms.call_status(form)
        return lambda work: uses.offer_fared(work, offer, status)


def _called_back(routes: Blueprint, door: Door) -> None:
    uses = door.uses

    @routes.post("/relays/<relay>/back")
    @door.calls()
    def back(form: Form, relay: str) -> Callable[[], str]:
        sid, who = forms.call_sid(form), forms.answered_by(form)
        return door.say(lambda work: uses.back_answered(work, relay, sid, who))

    @routes.post("/relays/<relay>/back/keys/<int:tries>")
    @door.calls()
    def back_keys(form: Form, relay: str, tries: int) -> Callable[[], str]:
        sid, keys = forms.call_sid(form), forms.keys(form, silent=silent())
        return door.say(lambda work: uses.back_pressed(work, relay, tries, keys, sid))

    @routes.post("/relays/<relay>/back/machine")
    @door.receipts
    def back_machine(form: Form, relay: str) -> Callable[[Work], None]:
        sid, who = forms.call_sid(form), forms.answered_by(form)
        return lambda work: uses.back_machine(work, relay, sid, who)

    @routes.post("/relays/<relay>/back/message")
    @door.calls()
    def back_message(form: Form, relay: str) -> Callable[[], str]:
        return door.say(lambda work: uses.back_message(work, relay))

    @routes.post("/relays/<relay>/back/status")
    @door.receipts
    def back_status(form: Form, relay: str) -> Callable[[Work], None]:
        status = forms.call_status(form)
        return lambda work: uses.back_fared(work, relay, status)


def _room(routes: Blueprint, door: Door) -> None:
    uses = door.uses

    @routes.post("/relays/<relay>/left/<any(contact):side>")
    @door.calls()
    def contact_left(form: Form, relay: str, side: str) -> Callable[[], str]:
        sid = forms.call_sid(form)
        return door.say(lambda work: uses.left_room(work, relay, side, sid))

    @routes.post("/relays/<relay>/left/<any(volunteer, lead):side>")
    @door.calls("volunteer")
    def volunteer_left(form: Form, relay: str, side: str) -> Callable[[], str]:
        sid = forms.call_sid(form)
        return door.say(lambda work: uses.left_room(work, relay, side, sid))

    @routes.post("/relays/<relay>/warning")
    @door.announcements
    def warning(form: Form, relay: str) -> Callable[[], str]:
        return door.announce(lambda work: uses.warning(work, relay))

    @routes.post("/relays/<relay>/room")
    @door.receipts
    def room(form: Form, relay: str) -> Callable[[Work], None]:
        event = forms.room_event(form)
        return lambda work: uses.room_event(work, relay, event)
