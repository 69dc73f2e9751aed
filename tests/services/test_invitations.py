"""Val is invited by text, and is asked for nothing before she says yes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from checkin.contacts import service as contacts
from checkin.contacts.models import Consent, Contact
from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.relays import preview
from checkin.relays.rules.matching import Need
from checkin.volunteers import invitations
from checkin.volunteers import queries as rows
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.volunteers.profile import Offered
from tests import make
from tests.cast import ANA, ODA, VAL, VEE
from tests.make import number, volunteer
from tests.the_line import TheLine

INVITATION = (
    "Harbor Line: you're invited to volunteer. We'd call and text this phone when someone needs a peer, on your "
    "shifts. Reply YES to agree, NO to refuse. STOP ends texts."
)


def oda_invites(
    line: TheLine, languages: tuple[str, ...] = ("en",), channels: tuple[str, ...] = ("voice", "text")
) -> None:
    offered = Offered(languages=languages, channels=channels, always=True)
    line.runtime.do(lambda uow: invitations.take_on(uow, "default", "Val", VAL, offered, "Oda", agreed=False))
    line.carries_out()


def asked(line: TheLine) -> list[tuple[str, str | None]]:
    def find(uow: UnitOfWork) -> list[tuple[str, str | None]]:
        return [
            (volunteers.name_of(uow, candidate.volunteer), candidate.reason)
            for candidate in preview.who(uow, Need("default", "text"))
        ]

    return line.runtime.do(find)


def ledger(line: TheLine) -> list[Consent]:
    statement = select(Consent).where(Consent.name == "volunteering")
    return line.runtime.read(lambda s: list(s.scalars(statement)))


def test_yes_makes_a_volunteer(line: TheLine) -> None:
    oda_invites(line)
    assert line.sent_to(VAL) == [INVITATION]
    assert asked(line) == [("Val", "not agreed yet")]
    assert line.answers(VAL, " Yes. ").startswith("Thank you, and welcome to Harbor Line.")
    assert asked(line) == [("Val", None)]
    assert "for volunteers" in line.answers(VAL, "HELP")


def test_a_yes_stands_in_the_ledger_with_the_words_that_were_shown(line: TheLine) -> None:
    oda_invites(line)
    line.answers(VAL, "YES", "SM" + "7" * 32)
    [said] = ledger(line)
    assert (said.given, said.wording, said.channel, said.source) == (True, INVITATION, "sms", "SM" + "7" * 32)
    assert said.number_key == line.runtime.keys.blind_index("number:default", VAL)
    assert len(said.wording_version) == 64


def test_no_deletes_the_number_and_leaves_the_no(line: TheLine) -> None:
    oda_invites(line)
    assert "Your number is deleted" in line.answers(VAL, "No")
    assert asked(line) == []
    assert [(said.given, said.wording) for said in ledger(line)] == [(False, INVITATION)]
    gone = line.runtime.read(lambda s: s.scalars(select(Volunteer)).one())
    assert (gone.state, make.decrypted(line.runtime, gone, "number_encrypted")) == ("removed", "")
    assert "Harbor Line" in line.answers(VAL, "hi")
    oda_invites(line)
    assert asked(line) == [("Val", "not agreed yet")]


def test_in_spanish(line: TheLine) -> None:
    oda_invites(line, languages=("es",))
    assert line.sent_to(VAL)[0].startswith("Harbor Line: le invitamos al voluntariado.")
    assert "bienvenida" in line.answers(VAL, "S\u00ed")


def test_until_they_agree_they_are_a_contact_like_everyone(line: TheLine) -> None:
    oda_invites(line)
    assert "988" in line.answers(VAL, "hi")
    assert line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Conversation))) == 1
    assert asked(line) == [("Val", "not agreed yet")]


def test_an_answer_in_a_conversation_belongs_there(line: TheLine) -> None:
    """Val checks in herself, and is asked whether a follow-up may come: her yes is to that."""
    oda_invites(line)
    for words in ("CHECK IN", "3", "yes"):
        line.answers(VAL, words)
    assert asked(line) == [("Val", "not agreed yet")]
    assert ledger(line) == []


def test_stop_is_a_no_and_an_opt_out(line: TheLine) -> None:
    oda_invites(line)
    line.answers(VAL, "STOP")
    assert asked(line) == []
    assert [said.given for said in ledger(line)] == [False]
    assert line.contact(VAL).opted_out_at is not None
    with pytest.raises(UserError, match="once they text START"):
        oda_invites(line)
    assert line.runtime.read(lambda s: rows.team(s, "default")) == []
    line.answers(VAL, "START")
    oda_invites(line)
    assert len(line.sent_to(VAL)) == 2


def test_an_invitation_needs_a_phone_that_takes_texts(line: TheLine) -> None:
    with pytest.raises(UserError, match="ask them in person"):
        line.runtime.do(
            lambda uow: invitations.take_on(
                uow, "default", "Val", "+18005550112", Offered(channels=("voice",)), "Oda", agreed=False
            )
        )


def test_a_yes_on_paper_is_noted_and_nothing_is_texted(line: TheLine) -> None:
    line.runtime.do(
        lambda uow: invitations.take_on(uow, "default", "Val", VAL, Offered(always=True), "Oda", agreed=True)
    )
    line.carries_out()
    assert line.sent_to(VAL) == []
    assert asked(line) == [("Val", None)]
    assert [(said.given, said.channel, said.wording) for said in ledger(line)] == [
        (True, "paper", invitations.ON_PAPER)
    ]


def test_the_leads_hear_what_was_said(line: TheLine) -> None:
    line.runtime.do(lambda uow: volunteer(uow, ODA, "Oda", lead=True))
    oda_invites(line)
    line.answers(VAL, "YES")
    line.carries_out()
    assert line.sent_to(ODA) == ["Val said yes and volunteers now."]
    who = line.runtime.read(lambda s: list(s.scalars(select(Audit.what))))
    assert sorted(who) == ["added a volunteer", "agreed to volunteer"]


def test_somebody_who_is_invited_is_neither_rung_nor_told(line: TheLine) -> None:
    oda_invites(line)
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee"))
    line.answers(ANA, "PEER")
    line.clock.forward(minutes=5)
    line.carries_out()
    assert any("TAKE" in text for text in line.sent_to(VEE))
    assert line.sent_to(VAL) == [INVITATION]


def test_a_call_of_somebody_who_is_invited_is_a_contacts(line: TheLine) -> None:
    oda_invites(line)
    assert "volunteer menu" not in line.rings(VAL).says
    key = line.runtime.do(lambda uow: contacts.key_of(uow, "default", number(VAL)))
    assert line.runtime.read(lambda s: s.scalar(select(Contact.id).where(Contact.number_key == key)))
