"""Calls: one comes in, each turn of it, and its end."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from checkin.core.unit_of_work import Work
from webhooks import forms
from webhooks.endpoint import Door, Form, silent


def add(routes: Blueprint, door: Door) -> None:
    """Answer calls at /voice and everything that follows in them."""
    uses = door.uses

    @routes.post("/voice")
    @door.calls()
    def call(form: Form) -> Callable[[], str]:
        arrived = forms.incoming_call(form)
        return door.say(lambda work: uses.begin_call(work, arrived))

    @routes.post("/voice/turn/<int:turn>")
    @door.calls()
    def turn(form: Form, turn: int) -> Callable[[], str]:
        sid, happened = forms.call_sid(form), forms.heard(form, silent=silent())
        return door.say(lambda work: uses.answer_call(work, sid, turn, happened))

    @routes.post("/voice/status")
    @door.receipts
    def call_status(form: Form) -> Callable[[Work], None]:
        status = forms.call_status(form)
        return lambda work: uses.call_fared(work, status)

    @routes.post("/recordings")
    @door.receipts
    def recording(form: Form) -> Callable[[Work], None]:
        done = forms.recording_done(form)
        return lambda work: uses.recording_done(work, done)

    @routes.post("/volunteer/<int:tries>")
    @door.calls("volunteer")
    def volunteer_menu(form: Form, tries: int) -> Callable[[], str]:
        arrived, keys = forms.incoming_call(form), forms.keys(form, silent=silent())
        return door.say(lambda work: uses.volunteer_pressed(work, arrived, tries, keys))

    @routes.post("/volunteer/code/<int:tries>")
    @door.calls("volunteer")
    def volunteer_code(form: Form, tries: int) -> Callable[[], str]:
        arrived, keys = forms.incoming_call(form), forms.keys(form, silent=silent())
        return door.say(lambda work: uses.volunteer_code(work, arrived, tries, keys))
