"""Calls that we begin: somebody picks up, a machine does, nobody does."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from checkin.followups import calling
from webhooks import forms
from webhooks.endpoint import Endpoints, Form, UseCase


def add(routes: Blueprint, endpoints: Endpoints) -> None:
    """A contact's side of a call that we placed; every turn after the first is that of any other call."""

    @routes.post("/out/<follow_up>")
    @endpoints.calls()
    def out(form: Form, follow_up: str) -> Callable[[], str]:
        sid = forms.call_sid(form)
        return endpoints.say(calling.on_answered, follow_up, sid)

    @routes.post("/out/<follow_up>/status")
    @endpoints.receipts
    def out_status(form: Form, follow_up: str) -> UseCase[None]:
        status = forms.call_status(form)
        return UseCase(calling.on_ended, follow_up, status)

    @routes.post("/out/<follow_up>/machine")
    @endpoints.receipts
    def out_machine(form: Form, follow_up: str) -> UseCase[None]:
        sid, who = forms.call_sid(form), forms.answered_by(form)
        return UseCase(calling.on_machine_guess, follow_up, sid, who)

    @routes.post("/out/<follow_up>/message")
    @endpoints.calls()
    def out_message(form: Form, follow_up: str) -> Callable[[], str]:
        sid = forms.call_sid(form)
        return endpoints.say(calling.onto_machine, follow_up, sid)
