"""Texts: one comes in and is answered at once; and how the answer fared."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from checkin.core.unit_of_work import Work
from webhooks import forms
from webhooks.endpoint import Door, Form, Written


def add(routes: Blueprint, door: Door) -> None:
    """Answer texts at /sms."""
    uses = door.uses

    @routes.post("/sms")
    @door.texts
    def text(form: Form) -> Written:
        arrived = forms.incoming_text(form)
        return door.write(lambda work: uses.receive_text(work, arrived), arrived.sid)

    @routes.post("/sms/<sid>/status")
    @door.receipts
    def answered_text(form: Form, sid: str) -> Callable[[Work], None]:
        status = forms.message_status(form)
        return lambda work: uses.text_fared(work, sid, status)

    @routes.post("/messages/<message>")
    @door.receipts
    def message(form: Form, message: str) -> Callable[[Work], None]:
        status = forms.message_status(form)
        return lambda work: uses.message_fared(work, message, status)
