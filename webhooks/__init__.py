"""Twilio's door. Every route checks the signature, reads the form, calls one use case, and renders its reply."""

from __future__ import annotations

from flask import Blueprint

from checkin.runtime import Runtime
from checkin.telephony.addresses import Addresses, media_signer
from checkin.telephony.signature import Signatures
from webhooks import apologies, media, out, proof, relay, signature, sms, voice
from webhooks.deadline import Deadline
from webhooks.endpoint import Endpoints


def make(
    runtime: Runtime, deadline: Deadline | None = None, refused: signature.NotedRequests | None = None
) -> Blueprint:
    """Everything that Twilio asks of us: its webhooks under /webhooks, and sound under /media.

    refused: who is told of what the guard let in and what not.
    """
    settings = runtime.settings
    deadline = deadline or Deadline()

    def addresses() -> Addresses:
        return Addresses(settings.public_url, media_signer(runtime.keys, runtime.clock()))

    lines = runtime.library.lines.values()
    voices = {number: line.voices for line in lines for number in line.numbers}
    endpoints = Endpoints(runtime, addresses, apologies.of_library(runtime.library), deadline, voices)
    routes = Blueprint("twilio", __name__, url_prefix="/webhooks")
    signatures = Signatures(settings.public_url, settings.tokens)
    signature.guard(routes, signatures, settings.twilio_account_sid, refused)
    proof.add(routes, runtime.keys, settings.proxies)
    for part in (sms, voice, relay, out):
        part.add(routes, endpoints)
    both = Blueprint("webhooks", __name__)
    both.register_blueprint(routes)
    both.register_blueprint(media.make(media.Sounds(runtime, settings.flows, deadline)))
    return both
