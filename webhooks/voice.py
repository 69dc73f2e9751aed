"""Calls: one comes in, each turn of it, and its end."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from checkin.conversations import abandoned_call, inbound_call
from webhooks import forms
from webhooks.endpoint import Endpoints, Form, UseCase, silent


def add(routes: Blueprint, endpoints: Endpoints) -> None:
    """Answer calls at /voice and everything that follows in them."""

    @routes.post("/voice")
    @endpoints.calls()
    def call(form: Form) -> Callable[[], str]:
        arrived = forms.incoming_call(form)
        return endpoints.say(inbound_call.begin, arrived)

    @routes.post("/voice/turn/<int:turn>")
    @endpoints.calls()
    def turn(form: Form, turn: int) -> Callable[[], str]:
        sid, on_event = forms.call_sid(form), forms.heard(form, silent=silent())
        return endpoints.say(inbound_call.answer, sid, turn, on_event)

    @routes.post("/voice/status")
    @endpoints.receipts
    def call_status(form: Form) -> UseCase[None]:
        status = forms.call_status(form)
        return UseCase(inbound_call.on_ended, status)

    @routes.post("/recordings")
    @endpoints.receipts
    def recording(form: Form) -> UseCase[None]:
        done = forms.recording_done(form)
        return UseCase(abandoned_call.recording_done, done)

    @routes.post("/volunteer/<int:tries>")
    @endpoints.calls("volunteer")
    def volunteer_menu(form: Form, tries: int) -> Callable[[], str]:
        arrived, keys = forms.incoming_call(form), forms.keys(form, silent=silent())
        return endpoints.say(inbound_call.on_volunteer_keys, arrived, tries, keys)

    @routes.post("/volunteer/code/<int:tries>")
    @endpoints.calls("volunteer")
    def volunteer_code(form: Form, tries: int) -> Callable[[], str]:
        arrived, keys = forms.incoming_call(form), forms.keys(form, silent=silent())
        return endpoints.say(inbound_call.volunteer_code, arrived, tries, keys)
