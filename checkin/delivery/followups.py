"""A follow-up whose time has come: judged once more, begun, sent once."""

from __future__ import annotations

from checkin.delivery.claimed import Claimed
from checkin.delivery.texts import Ready, leave, ready_to_leave
from checkin.gateway.port import GatewayError, TryLater
from checkin.models.contacts import Contact
from checkin.models.conversations import Message
from checkin.models.outbox import FollowUp
from checkin.rules.phone import PhoneNumber
from checkin.runtime import Runtime
from checkin.services import follow_up_fates, follow_ups, following_up, outbox
from checkin.services.follow_ups import Move, Skip
from checkin.work import Work


def follow_up(runtime: Runtime, row: Claimed) -> str:
    """Send one follow-up, if every gate is open at this moment; else move or skip it with the reason.

    What may have left is never sent again: silence is better than the same text twice.
    """
    ready = runtime.do(lambda work: _prepare(work, row, runtime.settings.public_url))
    if isinstance(ready, str):
        return ready
    try:
        result = leave(runtime, ready)
    except TryLater:
        raise
    except GatewayError as error:
        why = str(error)
        runtime.do(lambda work: _finish(work, row.about_id, "skipped", why))
        raise
    runtime.do(lambda work: _finish(work, row.about_id, "sent" if result == "done" else "unknown", None))
    return result


def _prepare(work: Work, row: Claimed, public_url: str) -> Ready | str:
    planned = work.session.get(FollowUp, row.about_id)
    if planned is None or planned.state not in ("planned", "sending"):
        return "skipped: no longer planned"
    contact = work.session.get_one(Contact, planned.contact_id)
    if planned.state == "sending":
        return _tried_before(work, row, planned, contact, public_url)
    verdict = follow_ups.judge(work, planned, contact)
    if isinstance(verdict, Skip):
        follow_ups.skip(work, planned, verdict.reason)
        return f"skipped: {verdict.reason}"
    if isinstance(verdict, Move):
        follow_ups.move(work, planned, contact, verdict)
        if planned.state == "planned":
            outbox.again(work, row.id, planned.due_at, verdict.reason)
            return f"again: {verdict.reason}"
        return f"skipped: {planned.reason}"
    message = following_up.write(work, planned, contact)
    if message is None:
        follow_ups.skip(work, planned, "its flow had nothing to say")
        return "skipped: nothing to say"
    return _ready(work, message, contact, public_url)


def _tried_before(work: Work, row: Claimed, planned: FollowUp, contact: Contact, public_url: str) -> Ready | str:
    """An earlier try wrote it. If the network surely did not take it, it is judged anew and goes now or later; else
    it is asked about, not sent."""
    message = work.session.get_one(Message, planned.message_id)
    if message.sid is not None:
        follow_up_fates.resolved(work, message, left=True)
        return "done: it had left"
    if message.status == "failed":
        follow_ups.skip(work, planned, "the network refused it")
        return "skipped: the network refused it"
    if message.status != "planned":
        planned.state, planned.reason = "unknown", "its worker died while it was sent"
        message.status = "unknown"
        outbox.later(work, "resolve_message", message.id, work.now)
        return "unknown: its worker died"
    verdict = follow_ups.judge(work, planned, contact)
    if isinstance(verdict, Move):
        follow_ups.move(work, planned, contact, verdict)
        if planned.state == "sending":
            outbox.again(work, row.id, planned.due_at, verdict.reason)
            return f"again: {verdict.reason}"
        verdict = Skip(planned.reason or verdict.reason)
    if isinstance(verdict, Skip):
        follow_ups.skip(work, planned, verdict.reason)
        message.status = "skipped"
        return f"skipped: {verdict.reason}"
    message.status = "sending"
    return _ready(work, message, contact, public_url)


def _ready(work: Work, message: Message, contact: Contact, public_url: str) -> Ready:
    number = PhoneNumber(work.vault.open(contact.number_sealed or b""))
    return ready_to_leave(work, message, number, public_url)


def _finish(work: Work, follow_up_id: str, state: str, reason: str | None) -> None:
    planned = work.session.get_one(FollowUp, follow_up_id)
    planned.state, planned.finished_at = state, work.now
    planned.reason = reason[:120] if reason else planned.reason
