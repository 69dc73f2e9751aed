"""Pictures that a contact sent with what they left: shown to whoever takes it up, by a link that soon expires."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from checkin.cases.models import Case
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import pictures
from checkin.messages import service as messages
from checkin.messages.models import Conversation, Message
from checkin.messages.rules.picture_notes import mark
from checkin.volunteers.models import Volunteer


def of_case(uow: UnitOfWork, case: Case) -> list[str]:
    """The pictures that came in the conversation of this case before it was opened, oldest first."""
    talk = uow.session.get(Conversation, case.conversation_id) if case.conversation_id is not None else None
    if talk is None or talk.channel != "sms":
        return []
    return pictures.left_with(uow, case.contact_id, talk.opened_at, case.created_at)


def tell(uow: UnitOfWork, volunteer: Volunteer, case: Case) -> None:
    """Send the volunteer who has the case a link to each that was seen to be one, if pictures cross this line."""
    _show(uow, volunteer, case, of_case(uow, case))


def came(uow: UnitOfWork, text: Message, picture_id: str) -> None:
    """A picture was seen only when somebody had taken the case up already: they get their link now."""
    mine = (Case.contact_id == text.contact_id, Case.state == "claimed", Case.created_at >= text.created_at)
    case = uow.session.scalars(select(Case).where(*mine).order_by(Case.number).limit(1)).first()
    volunteer = uow.session.get(Volunteer, case.claimed_by) if case is not None and case.claimed_by else None
    if case is not None and volunteer is not None and picture_id in of_case(uow, case):
        _show(uow, volunteer, case, [picture_id])


def _show(uow: UnitOfWork, volunteer: Volunteer, case: Case, shown: Sequence[str]) -> None:
    policy = uow.policy(case.line)
    if not policy.pictures:
        return
    minutes = max(1, round(policy.picture_link.total_seconds() / 60))
    for picture in shown:
        body = f"{case.number}: {say(uow, volunteer, 'relays.picture_link', minutes=minutes, link=mark(picture))}"
        messages.send(uow, line=case.line, volunteer=volunteer, body=body, kind="notice")
