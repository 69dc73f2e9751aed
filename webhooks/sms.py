"""Texts: one comes in and is answered at once; and how the answer fared."""

from __future__ import annotations

from flask import Blueprint

from checkin.conversations import inbound_text
from checkin.delivery import receipts
from webhooks import forms
from webhooks.endpoint import Endpoints, Form, RenderedAnswer, UseCase


def add(routes: Blueprint, endpoints: Endpoints) -> None:
    """Answer texts at /sms."""

    @routes.post("/sms")
    @endpoints.texts
    def text(form: Form) -> RenderedAnswer:
        arrived = forms.incoming_text(form)
        return endpoints.write(inbound_text.receive, arrived)

    @routes.post("/sms/<sid>/status")
    @endpoints.receipts
    def answered_text(form: Form, sid: str) -> UseCase[None]:
        status = forms.message_status(form)
        return UseCase(receipts.on_answer_receipt, sid, status)

    @routes.post("/messages/<message>")
    @endpoints.receipts
    def message(form: Form, message: str) -> UseCase[None]:
        status = forms.message_status(form)
        return UseCase(receipts.on_receipt, message, status)
