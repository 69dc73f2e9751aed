"""Relays: a caller waits, a volunteer is asked, both are in a room, and both come out of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from checkin.relays import call_backs, call_ending, call_limit, offers, wait_loop
from webhooks import forms
from webhooks.endpoint import Endpoints, Form, UseCase, silent


def add(routes: Blueprint, endpoints: Endpoints) -> None:
    """Both sides of a relay; each knows the other only by an opaque token."""
    _contact(routes, endpoints)
    _volunteer(routes, endpoints)
    _called_back(routes, endpoints)
    _room(routes, endpoints)


def _contact(routes: Blueprint, endpoints: Endpoints) -> None:
    @routes.post("/voice/wait/<relay>/<int:tick>")
    @endpoints.calls()
    def wait(form: Form, relay: str, tick: int) -> Callable[[], str]:
        sid, keys = forms.call_sid(form), forms.keys(form, silent=silent())
        return endpoints.say(wait_loop.wait, relay, tick, keys, sid)


def _volunteer(routes: Blueprint, endpoints: Endpoints) -> None:
    @routes.post("/offers/<offer>")
    @endpoints.calls("volunteer")
    def offer(form: Form, offer: str) -> Callable[[], str]:
        sid, who = forms.call_sid(form), forms.answered_by(form)
        return endpoints.say(offers.answered, offer, sid, who)

    @routes.post("/offers/<offer>/keys/<int:tries>")
    @endpoints.calls("volunteer")
    def offer_keys(form: Form, offer: str, tries: int) -> Callable[[], str]:
        keys = forms.keys(form, silent=silent())
        return endpoints.say(offers.pressed, offer, tries, keys)

    @routes.post("/offers/<offer>/machine")
    @endpoints.receipts
    def offer_machine(form: Form, offer: str) -> UseCase[None]:
        sid, who = forms.call_sid(form), forms.answered_by(form)
        return UseCase(offers.guessed, offer, sid, who)

    @routes.post("/offers/<offer>/status")
    @endpoints.receipts
    def offer_status(form: Form, offer: str) -> UseCase[None]:
        status = forms.call_status(form)
        return UseCase(offers.status, offer, status)


def _called_back(routes: Blueprint, endpoints: Endpoints) -> None:
    @routes.post("/relays/<relay>/back")
    @endpoints.calls()
    def back(form: Form, relay: str) -> Callable[[], str]:
        sid, who = forms.call_sid(form), forms.answered_by(form)
        return endpoints.say(call_backs.answered, relay, sid, who)

    @routes.post("/relays/<relay>/back/keys/<int:tries>")
    @endpoints.calls()
    def back_keys(form: Form, relay: str, tries: int) -> Callable[[], str]:
        sid, keys = forms.call_sid(form), forms.keys(form, silent=silent())
        return endpoints.say(call_backs.pressed, relay, tries, keys, sid)

    @routes.post("/relays/<relay>/back/machine")
    @endpoints.receipts
    def back_machine(form: Form, relay: str) -> UseCase[None]:
        sid, who = forms.call_sid(form), forms.answered_by(form)
        return UseCase(call_backs.guessed, relay, sid, who)

    @routes.post("/relays/<relay>/back/message")
    @endpoints.calls()
    def back_message(form: Form, relay: str) -> Callable[[], str]:
        return endpoints.say(call_backs.on_machine, relay)

    @routes.post("/relays/<relay>/back/status")
    @endpoints.receipts
    def back_status(form: Form, relay: str) -> UseCase[None]:
        status = forms.call_status(form)
        return UseCase(call_backs.status, relay, status)


def _room(routes: Blueprint, endpoints: Endpoints) -> None:
    @routes.post("/relays/<relay>/left/<any(contact):side>")
    @endpoints.calls()
    def contact_left(form: Form, relay: str, side: str) -> Callable[[], str]:
        sid = forms.call_sid(form)
        return endpoints.say(call_ending.left_room, relay, side, sid)

    @routes.post("/relays/<relay>/left/<any(volunteer, lead):side>")
    @endpoints.calls("volunteer")
    def volunteer_left(form: Form, relay: str, side: str) -> Callable[[], str]:
        sid = forms.call_sid(form)
        return endpoints.say(call_ending.left_room, relay, side, sid)

    @routes.post("/relays/<relay>/warning")
    @endpoints.announcements
    def warning(form: Form, relay: str) -> Callable[[], str]:
        return endpoints.announce(call_limit.warning, relay)

    @routes.post("/relays/<relay>/room")
    @endpoints.receipts
    def room(form: Form, relay: str) -> UseCase[None]:
        event = forms.room_event(form)
        return UseCase(call_ending.room_event, relay, event)
