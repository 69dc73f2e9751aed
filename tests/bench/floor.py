"""The floor that answers are measured against: what any Flask application does that keeps a conversation in a database.

Flask, the signature checked by Twilio's library, one transaction with SQLAlchemy Core (look up who it is, lock their
row, change it, add what came and what is answered), and TwiML made by Twilio's library. It has the line's engine, so
the same settings of the database, and gunicorn serves it with the line's own configuration.

gunicorn tests.bench.floor:app     with DATABASE_URL, PUBLIC_URL and TWILIO_AUTH_TOKEN
"""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime

from flask import Flask, Response, request
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
    update,
)
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from checkin.core.database import make_engine

metadata = MetaData()
people = Table(
    "floor_people",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", String(40), unique=True),
    Column("state", LargeBinary),
    Column("turn", Integer),
    Column("heard_at", DateTime(timezone=True)),
)
texts = Table(
    "floor_texts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", ForeignKey("floor_people.id"), index=True),
    Column("sid", String(40), unique=True),
    Column("reply_to", String(40), index=True),
    Column("body", LargeBinary),
    Column("at", DateTime(timezone=True)),
)

engine = make_engine(os.environ["DATABASE_URL"])
locks = engine.dialect.name == "postgresql"
validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
public_url = os.environ["PUBLIC_URL"]
app = Flask("floor")

SAID = "Thank you. How are you today, from 1 (bad) to 5 (good)? Text a number, or MENU for what else there is."


@app.post("/webhooks/sms")
def text() -> Response:
    """Answer a text."""
    if not _signed():
        return Response(status=403)
    _keep(request.form["MessageSid"], request.form["Body"])
    answer = MessagingResponse()
    answer.message(SAID)
    return Response(str(answer), mimetype="text/xml")


@app.post("/webhooks/voice", defaults={"where": ""})
@app.post("/webhooks/voice/<path:where>")
def call(where: str) -> Response:
    """Answer a request of a call."""
    if not _signed():
        return Response(status=403)
    _keep(secrets.token_hex(16), request.form.get("Digits", ""))
    answer = VoiceResponse()
    answer.gather(input="dtmf", action=f"{public_url}/webhooks/voice/turn/1", num_digits=1).say(SAID)
    return Response(str(answer), mimetype="text/xml")


def _signed() -> bool:
    url = f"{public_url}{request.path}"
    return bool(validator.validate(url, request.form, request.headers.get("X-Twilio-Signature", "")))


def _keep(sid: str, body: str) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - it is no part of the line
    with engine.begin() as connection:
        person, turn = connection.execute(
            select(people.c.id, people.c.turn).where(people.c.number == request.form["From"])
        ).one()
        if locks:  # SQLite locks when its transaction begins
            locked = select(people.c.turn).where(people.c.id == person).with_for_update()
            turn = connection.execute(locked).scalar_one()
        changed = {"turn": turn + 1, "state": body.encode(), "heard_at": now}
        connection.execute(update(people).where(people.c.id == person).values(changed))
        row = {"person_id": person, "at": now}
        came = {"id": secrets.token_hex(16), "sid": sid, "reply_to": None, "body": body.encode()}
        connection.execute(insert(texts), row | came)
        said = {"id": secrets.token_hex(16), "sid": None, "reply_to": sid, "body": SAID.encode()}
        connection.execute(insert(texts), row | said)


@app.get("/healthz")
def alive() -> str:
    """It answers."""
    return "ok"
