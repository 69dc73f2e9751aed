"""Does what a turn asks for: one action, one branch. Words stay in the flows; facts are made here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from sqlalchemy import exists, or_, select

from checkin.cases import alarms
from checkin.cases import rules as case_rules
from checkin.cases import service as cases
from checkin.compliance import consent
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import unproved
from checkin.core.reply import Reply
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import series, triggers
from checkin.followups import service as follow_ups
from checkin.messages import service as messages
from checkin.relays import call_budget, waiting_texts
from checkin.relays import service as relays
from checkin.relays.models import Relay
from checkin.stories import listening, recordings
from checkin.stories.tellers import submission, withdrawal
from checkin.volunteers import alerts
from checkin.volunteers.alerts import DANGER
from checkin.volunteers.models import Alert
from flows.engine import effects
from flows.engine.inputs import CaseOpened, Input, NoPeer

if TYPE_CHECKING:
    from checkin.messages.active_conversation import ActiveConversation


@dataclass(frozen=True)
class ActionResult:
    """answer: the input that the flow goes on with (None: it waits for the world). reply: said meanwhile."""

    answer: Input | None = None
    reply: Reply | None = None


NOTHING = ActionResult()


def perform(uow: UnitOfWork, talk: ActiveConversation, action: effects.Action) -> ActionResult:
    """Do one action for the contact of this talk."""
    match action:
        case effects.ConnectPeer():
            return _connect(uow, talk, action)
        case effects.ChooseStory():
            return ActionResult(answer=listening.choose(uow, action, talk.contact, talk.conversation))
        case effects.OpenCase():
            case = cases.open_case(uow, talk.contact, talk.conversation, action)
            if action.kind == "message":
                triggers.on_message_left(uow, talk.contact, case)
            return ActionResult(answer=CaseOpened(taken=False))
        case effects.SendText():
            _send_text(uow, talk, action)
        case effects.RaiseAlert():
            talk.conversation.crisis = talk.conversation.crisis or action.kind == "crisis"
            if action.kind != "help" or not is_looked_after(uow, talk.contact):
                alarms.raise_alert(uow, talk.contact, action.kind, action.rule, talk.conversation.id)
        case effects.Tag():
            kept = [tag for tag in talk.contact.tags if tag not in action.remove]
            talk.contact.tags = [*kept, *(tag for tag in action.add if tag not in kept)]
        case _:
            _keep(uow, talk, action)
    return NOTHING


_Kept = (
    effects.ScheduleFollowUp
    | effects.BeginPlan
    | effects.CancelFollowUp
    | effects.SaveAnswer
    | effects.SaveConsent
    | effects.SaveContact
    | effects.NoteListen
    | effects.SaveStory
    | effects.ForgetRecording
    | effects.OptOut
    | effects.OptIn
    | effects.PauseFollowUps
    | effects.Forget
    | effects.WithdrawStory
)


def _keep(uow: UnitOfWork, talk: ActiveConversation, action: _Kept) -> None:
    """actions that only write down what the contact said or wants."""
    contact = talk.contact
    match action:
        case effects.ScheduleFollowUp():
            follow_ups.schedule(uow, contact, action)
        case effects.BeginPlan():
            series.begin(uow, contact, action.plan)
        case effects.CancelFollowUp():
            follow_ups.cancel(uow, contact, "canceled in the conversation", key=action.key)
        case effects.SaveAnswer():
            contacts.keep(uow, contact, action.name, action.value, history=action.history)
            triggers.on_answer(uow, talk, action)
        case effects.SaveConsent():
            consent.record(uow, talk, action.name, given=action.given, wording=action.wording)
        case effects.SaveContact():
            _save_contact(uow, talk, action)
        case effects.NoteListen():
            listening.note_listen(uow, action, contact, talk.conversation)
        case effects.SaveStory():
            submission.submit(uow, action, contact, talk.conversation)
        case effects.ForgetRecording():
            recordings.forget(uow, action.recording)
        case effects.OptOut():
            consent.opt_out(uow, talk, action.wording)
        case effects.OptIn():
            consent.opt_in(uow, talk, action.wording)
        case effects.PauseFollowUps():
            contact.paused_until = uow.now + action.length
        case effects.Forget():
            consent.forget(uow, talk)
        case effects.WithdrawStory():
            withdrawal.by_code(uow, contact.line, action.code)
        case _:
            assert_never(action)


def _connect(uow: UnitOfWork, talk: ActiveConversation, action: effects.ConnectPeer) -> ActionResult:
    if call_budget.is_spent(uow, talk.contact, talk.conversation):
        return ActionResult(answer=NoPeer("busy"))
    opened = relays.open(uow, talk.contact, talk.conversation, action, language=talk.position.language)
    if isinstance(opened, NoPeer):
        said = waiting_texts.nobody_there(uow, talk.contact, talk.conversation, talk.position.language)
        return ActionResult(answer=opened, reply=Reply((said,)) if said is not None else None)
    return ActionResult(reply=relays.hold(uow, opened))


def _send_text(uow: UnitOfWork, talk: ActiveConversation, action: effects.SendText) -> None:
    shown = talk.contact.shown_key is not None
    if unproved.may_be_texted_now(uow, talk.contact) if shown else preferences.takes_our_texts(uow, talk.contact):
        messages.send(
            uow,
            line=talk.contact.line,
            contact=talk.contact,
            body=action.text,
            kind="reply",
            conversation_id=talk.conversation.id,
        )


def _save_contact(uow: UnitOfWork, talk: ActiveConversation, action: effects.SaveContact) -> None:
    match action.field:
        case "language":
            talk.contact.language = action.value[:10]
        case "name":
            uow.vault.encrypt(talk.contact, Contact.name_encrypted, action.value, of=talk.contact)
        case "time_zone":
            talk.contact.time_zone = action.value[:60]
        case "hours":
            talk.contact.hours = action.value[:11]
        case _:
            assert_never(action.field)


def is_looked_after(uow: UnitOfWork, contact: Contact) -> bool:
    """Whether a peer texts or talks with them, or the leads look at signs of danger of theirs that were read within the
    hour: HELP alarms nobody then. Danger always does."""
    joined = exists().where(Relay.contact_id == contact.id, Relay.state == "joined")
    told = exists().where(
        Alert.line == contact.line, Alert.kind == DANGER, Alert.about == alerts.about(contact, DANGER),
        Alert.closed_at.is_(None), Alert.last_at > uow.now - case_rules.AGAIN_AFTER,
    )  # fmt: skip
    return bool(uow.session.scalar(select(or_(joined, told))))
