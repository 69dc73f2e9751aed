"""The floor that webhooks are measured against: bare Flask, the signature, and one read-modify-write transaction.

gunicorn tests.bench.floor:app     with DATABASE_URL, PUBLIC_URL and TWILIO_AUTH_TOKEN
"""

from __future__ import annotations

import os

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from checkin.core.database import make_engine, make_sessions
from tests.bench.counters import Counter

engine = make_engine(os.environ["DATABASE_URL"])
sessions = make_sessions(engine)
validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
public_url = os.environ["PUBLIC_URL"]
app = Flask("floor")


@app.post("/webhooks/<which>")
def webhook(which: str) -> Response:
    """Check the signature, count, answer."""
    url = f"{public_url}{request.path}"
    if not validator.validate(url, request.form, request.headers.get("X-Twilio-Signature", "")):
        return Response(status=403)
    with sessions() as session, session.begin():
        row = session.get(Counter, request.form["From"])
        if row is None:
            session.add(Counter(number=request.form["From"], count=1))
        else:
            row.count += 1
    answer = MessagingResponse()
    answer.message("Thank you.")
    return Response(str(answer), mimetype="text/xml")


@app.get("/healthz")
def alive() -> str:
    """It answers."""
    return "ok"
