"""Moving in: Oda imports, Ana's STOP holds, Rex's files do no harm; and what moves out can move in elsewhere."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from checkin.compliance import consent, erasures
from checkin.compliance.models import MovedRow, MoveIn
from checkin.contacts.models import Consent, Contact
from checkin.core.audit_models import Audit
from checkin.core.models import Base
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp, Message
from checkin.moving import moving_in, moving_out
from checkin.outbox.models import Outbox
from checkin.stories.models import Story
from checkin.volunteers import queries as team
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Shift, Volunteer
from checkin.web import csv_export
from tests import make
from tests.cast import ANA, BEN, LINE, VAL, VEE
from tests.console.browser import Browser, Shown
from tests.the_line import TheLine

AT = "/console/moving/"
STORIES = "title,topics,language,consent,words\nPorch,sober,en,2025-01-01,I sat.\nSea,alone,en,2025-01-01,It came.\n"


def uploads(oda: Browser, kind: str, text: str | bytes, called: str = "the old line") -> Shown:
    content = text if isinstance(text, bytes) else text.encode()
    return oda.sends(f"{AT}look", kind=kind, called=called, file=(io.BytesIO(content), "Ana Lopez.csv"))


def the_file(line: TheLine) -> MoveIn:
    """The newest one."""
    return line.runtime.read(lambda s: s.scalars(select(MoveIn).order_by(MoveIn.created_at.desc(), MoveIn.id)).all()[0])


def imports(line: TheLine, oda: Browser, kind: str, text: str | bytes) -> Shown:
    line.clock.now += timedelta(seconds=1)
    shown = uploads(oda, kind, text)
    assert shown.status == 200, shown.words
    return oda.sends(f"{AT}{the_file(line).id}/import")


def counts(line: TheLine) -> tuple[int, ...]:
    """Added, changed, here, left out."""
    return tuple(the_file(line).counts.values())


def rows(line: TheLine, model: type[Base]) -> int:
    return line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(model)) or 0)


def everything(line: TheLine) -> dict[str, list[tuple[object, ...]]]:
    """All that the database holds but for imports, their audit, and who was seen."""
    left_out = {"move_ins", "moved_rows", "audit", "page_sessions", "rate_limits"}
    tables = [table for table in Base.metadata.sorted_tables if table.name not in left_out]
    return line.runtime.read(
        lambda s: {table.name: sorted(map(tuple, s.execute(select(table)).all()), key=repr) for table in tables}
    )


def test_oda_sees_what_would_happen_before_anything_does(line: TheLine, oda: Browser) -> None:
    line.answers(BEN, "hi")
    before = everything(line)
    shown = uploads(oda, "contacts", f"phone,name,zip\n{ANA},Ana,10001\n{BEN},Ben,10002\nhello,Rex,10003\n")
    assert "1 Would be added" in shown.words
    assert "1 Would be changed" in shown.words
    assert "1 Would be left out" in shown.words
    assert "that isn't a full phone number" in shown.words
    assert "Nothing is taken from these columns: zip" in shown.words
    assert everything(line) == before
    assert ANA not in shown.html
    assert BEN not in shown.html
    assert line.contact(BEN).alias in shown.words


def test_oda_imports_contacts_and_nobody_hears_of_it(line: TheLine, oda: Browser) -> None:
    shown = imports(
        line, oda, "contacts",
        "number,first name,last name,language,time zone,tags,consents,consent_source\n"
        f"(555) 555-0101,Ana,Lopez,spa,America/Chicago,New; veteran,check_ins=2025-05-17; texts=2025-05-17,a web form\n"
        f"{BEN},,,,,,,\n",
    )  # fmt: skip
    assert "Imported. Nobody was texted." in shown.words
    assert counts(line) == (2, 0, 0, 0)
    ana, ben = line.contact(ANA), line.contact(BEN)
    assert make.decrypted(line.runtime, ana, "name_encrypted") == "Ana Lopez"
    assert (ana.language, ana.time_zone, ana.tags) == ("es", "America/Chicago", ["new", "veteran"])
    assert ana.consents == ["check_ins", "texts"]
    assert ben.consents == []
    ledger = line.runtime.read(lambda s: s.scalars(select(Consent).order_by(Consent.name)).all())
    assert [(row.name, row.given, row.channel, row.at.year) for row in ledger] == [
        ("check_ins", True, "moved in", 2025), ("texts", True, "moved in", 2025),
    ]  # fmt: skip
    assert "the old line" in ledger[0].wording
    assert "a web form" in ledger[0].wording
    assert the_file(line).id in (ledger[0].source or "")
    assert rows(line, Message) == rows(line, FollowUp) == rows(line, Outbox) == 0
    line.clock.now += timedelta(days=40)
    line.carries_out()
    assert not line.network.texts


def test_somebody_without_a_consent_in_the_file_is_never_texted_first(line: TheLine, oda: Browser) -> None:
    imports(line, oda, "contacts", f"number,name\n{ANA},Ana\n")
    asked_for = {flow.needs_consent for flow in line.runtime.library.flows.values() if flow.needs_consent}
    assert {"check_ins", "follow_ups", "caring"} <= asked_for
    assert not asked_for & set(line.contact(ANA).consents)
    line.clock.now += timedelta(days=40)
    line.carries_out()
    assert not line.network.texts
    assert not line.network.calls


@pytest.mark.parametrize("said", ["yes", "TRUE", "2024-02-03", "03/02/2024 9:00"])
def test_anas_stop_in_a_file_holds_here(line: TheLine, oda: Browser, said: str) -> None:
    line.answers(ANA, "hi")
    assert line.contact(ANA).opted_out_at is None
    imports(line, oda, "contacts", f"contact[cell],contact[optOut],consents\n{ANA},{said},texts=2025-01-01\n")
    ana = line.contact(ANA)
    assert ana.opted_out_at is not None
    assert ana.consents == []
    words = line.runtime.look(erasures.last_words)
    assert [(word.name, word.given) for word in words] == [("texts", False)], "a backup knows it, too"


def test_a_stop_wins_over_everything_that_is_wrong_in_its_row_and_any_order_of_rows(
    line: TheLine, oda: Browser
) -> None:
    shown = imports(
        line, oda, "contacts",
        f"number,time_zone,stopped,consents\n{ANA},Mars/Base,yes,\n{BEN},,,texts=2025-01-01\n{BEN},,yes,\n",
    )  # fmt: skip
    assert "only their STOP or block was taken" in shown.words
    assert line.contact(ANA).opted_out_at is not None
    assert line.contact(BEN).opted_out_at is not None


def test_a_stop_of_somebody_who_volunteers_here_ends_their_texts_too(line: TheLine, oda: Browser) -> None:
    vee = line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee").id)
    imports(line, oda, "stops", f"number\n{VEE}\n")
    assert line.runtime.read(lambda s: s.get_one(Volunteer, vee)).stopped_at is not None


def test_an_import_never_turns_a_stop_back_on(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "STOP")
    stopped = line.contact(ANA).opted_out_at
    shown = imports(line, oda, "contacts", f"number,stopped,consents\n{ANA},no,texts=2025-12-01\n")
    assert "they said STOP, so their consents weren't taken" in shown.words
    assert (line.contact(ANA).opted_out_at, line.contact(ANA).consents) == (stopped, [])


def test_what_somebody_refused_here_is_not_overruled_by_a_file(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "hi")

    def refuse(uow: UnitOfWork) -> None:
        ana = uow.session.get_one(Contact, line.contact(ANA).id)
        uow.session.add(
            Consent(
                id=uow.new_id(), line="default", contact_id=ana.id, number_key=ana.number_key, name="caring",
                given=False, wording="no", wording_version="v", channel="sms", at=uow.now,
            )
        )  # fmt: skip

    line.runtime.do(refuse)
    shown = imports(line, oda, "contacts", f"number,consents\n{ANA},caring=2026-01-01\n")
    assert "they said no here to caring, and that holds" in shown.words
    assert line.contact(ANA).consents == []


def test_a_start_since_the_very_same_stop_was_imported_holds(line: TheLine, oda: Browser) -> None:
    stops = f"cell,created_at\n{ANA},2026-01-05\n{BEN},\n"
    imports(line, oda, "stops", stops)
    assert counts(line) == (2, 0, 0, 0)
    line.answers(ANA, "START")
    line.answers(BEN, "START")
    imports(line, oda, "stops", stops)
    assert counts(line) == (0, 0, 2, 0)
    assert line.contact(ANA).opted_out_at is line.contact(BEN).opted_out_at is None


def test_whoever_asked_to_be_forgotten_stays_forgotten_and_their_stop_holds(line: TheLine, oda: Browser) -> None:
    for who in (ANA, BEN):
        line.answers(who, "hi")
        forgotten = line.contact(who).id
        line.runtime.do(lambda uow, who=forgotten: consent.forget_contact(uow, uow.session.get_one(Contact, who)))  # type: ignore[misc]
    people = rows(line, Contact)
    shown = imports(line, oda, "contacts", f"number,name,stopped\n{ANA},Ana,\n{BEN},Ben,yes\n")
    assert "they asked us to delete their data" in shown.words
    assert rows(line, Contact) == people + 1
    assert line.contact(BEN).opted_out_at is not None
    assert line.contact(BEN).name_encrypted is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("contacts", f"number,name,tags,consents,stopped\n{ANA},Ana,new,texts=2025-01-01,\n{BEN},Ben,,,2025-01-01\n"),
        ("contacts", f"URN:Tel,Name,Status\n{ANA},Ana,Blocked\n{BEN},Ben,Stopped\n"),
        ("stops", f"number\n{ANA}\n{BEN}\n"),
        ("blocks", f"number,until,reason\n{ANA},2026-04-01,they were abusive\n{BEN},,\n"),
        ("volunteers", f"name,number,agreed\nVee,{VEE},yes\nVal,{VAL},\n"),
        ("stories", STORIES),
    ],
)  # fmt: skip
def test_the_same_file_a_second_time_changes_nothing(line: TheLine, oda: Browser, kind: str, text: str) -> None:
    imports(line, oda, kind, text)
    assert counts(line) == (2, 0, 0, 0), oda.opens(f"{AT}{the_file(line).id}").words
    before = everything(line)
    imports(line, oda, kind, text)
    assert counts(line) == (0, 0, 2, 0)
    assert everything(line) == before


def test_volunteers_are_invited_only_when_oda_asks_for_it(line: TheLine, oda: Browser) -> None:
    line.answers("+15555550113", "STOP")
    shown = imports(
        line, oda, "volunteers",
        f"name,number,languages,agreed\nVee,{VEE},en; es,2025-03-01\nVal,{VAL},,\nVic,+15555550113,,\nLine,{LINE},,\n",
    )  # fmt: skip
    assert "the phone number belongs to a line" in shown.words
    line.carries_out()
    assert not line.network.texts
    members = line.runtime.look(lambda uow: {volunteers.name_of(uow, m): m for m in team.team(uow.session, "default")})
    assert {name: member.state for name, member in members.items()} == {
        "Vee": "active",
        "Val": "invited",
        "Vic": "invited",
    }
    assert members["Vic"].stopped_at is not None
    assert members["Vee"].languages == ["en", "es"]
    shown = oda.sends(f"{AT}{the_file(line).id}/invite")
    assert "1 invitation is on its way" in shown.words
    assert "1 person can't be texted" in shown.words
    line.carries_out()
    assert len(line.sent_to(VAL)) == 1
    oda.sends(f"{AT}{the_file(line).id}/invite")
    line.carries_out()
    assert len(line.network.texts) == 1


def test_a_yap_helplines_list_brings_its_volunteers_and_then_their_shifts(line: TheLine, oda: Browser) -> None:
    shifts = (
        '[{"day":2,"tz":"America/New_York","start_time":"6:00 PM","end_time":"9:00 PM","type":"PHONE"},'
        '{"day":5,"tz":"America/New_York","start_time":"6:00 PM","end_time":"9:00 PM","type":"PHONE"}]'
    )
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("name", "number", "gender", "responder", "type", "language", "shift_info"))
    writer.writerow(('Vee Unspecified ["en-US"]', "(555) 555-0111", 0, 0, "PHONE", '["en-US"]', shifts))
    for kind in ("volunteers", "shifts", "shifts"):
        imports(line, oda, kind, file.getvalue())
    assert counts(line) == (0, 0, 1, 0)
    found = line.runtime.read(lambda s: s.scalars(select(Shift)).all())
    assert [(shift.rule, shift.starts_at, shift.minutes, shift.channels) for shift in found] == [
        ("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TH", "18:00", 180, ["voice"])
    ]


def test_shifts_that_overlap_or_are_nobodys_are_named(line: TheLine, oda: Browser) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    shown = imports(
        line, oda, "shifts",
        "volunteer,days,start,end\nvee,mon; thu,6pm,9pm\nVee,mon,20:00,22:00\nRex,tue,18:00,21:00\nVee,someday,1,2\n",
    )  # fmt: skip
    assert counts(line) == (1, 0, 0, 3)
    assert "they're already on shift" in shown.words
    assert "import the volunteers first: the volunteers page lists them all" in shown.words


def test_the_report_can_be_downloaded_and_no_cell_is_a_formula(line: TheLine, oda: Browser) -> None:
    imports(line, oda, "volunteers", f"name,number,agreed\n\"=cmd|' /C calc'!A0\",{VEE},yes\nVal,{VEE},yes\n")
    sheet = oda.opens(f"{AT}{the_file(line).id}/report.csv").html
    assert "\"'=cmd" in sheet
    assert "the same number is in row 2" in sheet
    assert VEE not in sheet


def test_undo_removes_what_nobody_used_since_and_never_a_stop_or_a_block(line: TheLine, oda: Browser) -> None:
    val, vic = VAL, "+15555550113"
    imports(
        line,
        oda,
        "contacts",
        f"number,stopped,status,consents\n{ANA},,,texts=2025-01-01\n{BEN},,,\n{val},yes,,\n{vic},,blocked,\n",
    )
    line.answers(BEN, "hi")
    shown = oda.sends(f"{AT}{the_file(line).id}/undo")
    assert "Undone: 2 removed, 5 kept." in shown.words
    left = line.runtime.read(lambda s: s.scalars(select(Contact)).all())
    assert {row.id for row in left} == {line.contact(who).id for who in (BEN, val, vic)}
    assert line.contact(val).opted_out_at is not None
    assert line.contact(vic).blocked_until is not None
    last = line.runtime.read(lambda s: s.scalars(select(Consent).where(Consent.name == "texts", Consent.given)).all())
    assert [said.contact_id for said in last] == [None], "the ledger is not shortened"
    assert "STOPs and blocks" in oda.opens(AT).words
    assert oda.sends(f"{AT}{the_file(line).id}/undo").status == 422


def test_undo_of_volunteers_shifts_and_stories(line: TheLine, oda: Browser) -> None:
    imports(line, oda, "volunteers", f"name,number,agreed\nVee,{VEE},yes\nVal,{VAL},yes\n")
    first = the_file(line).id
    imports(line, oda, "shifts", "volunteer,days,begins,ends\nVee,thu,18:00,21:00\n")
    assert "2 removed" not in oda.sends(f"{AT}{first}/undo").words, "Vee has a shift"
    oda.sends(f"{AT}{the_file(line).id}/undo")
    assert rows(line, Shift) == 0
    assert line.runtime.look(lambda uow: len(team.team(uow.session, "default"))) == 1
    imports(line, oda, "stories", "title,topics,language,consent,words\nPorch,sober,en,2025-01-01,I sat.\n")
    assert line.runtime.read(lambda s: s.scalars(select(Story.state)).all()) == ["waiting_review"]
    assert "1 removed, 0 kept" in oda.sends(f"{AT}{the_file(line).id}/undo").words
    assert rows(line, Story) == 0


def test_the_file_is_kept_encrypted_for_a_day_and_gone_once_it_is_imported(line: TheLine, oda: Browser) -> None:
    uploads(oda, "contacts", f"number,name\n{ANA},Anabel\n")
    kept = the_file(line)
    assert kept.file_encrypted
    assert b"Anabel" not in kept.file_encrypted + (kept.report_encrypted or b"")
    oda.sends(f"{AT}{kept.id}/import")
    assert the_file(line).file_encrypted is None
    assert oda.sends(f"{AT}{kept.id}/import").status == 422
    line.clock.now += timedelta(minutes=5)
    uploads(oda, "contacts", f"number\n{BEN}\n")
    second = the_file(line).id
    line.clock.now += timedelta(hours=25)
    shown = Browser(line, oda.app).sign_in_as("lead").sends(f"{AT}{second}/import")
    assert shown.status == 422
    assert "upload it again" in shown.words


def test_a_file_that_was_not_imported_can_be_deleted(line: TheLine, oda: Browser) -> None:
    uploads(oda, "contacts", f"number\n{ANA}\n")
    assert "The file is deleted" in oda.sends(f"{AT}{the_file(line).id}/discard").words
    assert rows(line, MoveIn) == rows(line, MovedRow) == rows(line, Contact) == 0


HOSTILE = {
    "nothing": b"",
    "a workbook": b"PK\x03\x04" + b"x" * 100,
    "no columns": b"\n\n\n",
    "no rows": b"number,name\n",
    "an open quote": b'number,name\n+15555550101,"<script>alert(1)</script>',
    "another kind": b"title,words\na,b\n",
    "two columns alike": b"number,number\n1,2\n",
    "too many rows": b"number\n" + b"1\n" * 3000,
    "no letters": bytes(range(128, 256)) * 20,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_rexs_file_is_refused_in_words_and_nothing_is_kept(line: TheLine, oda: Browser, content: bytes) -> None:
    shown = uploads(oda, "contacts", content)
    assert shown.status == 422
    assert '<p class="notice bad"' in shown.html
    assert "the old line" in shown.html, "what was typed is still there"
    assert rows(line, MoveIn) == rows(line, Contact) == 0


def test_rexs_words_are_shown_as_they_are_and_his_rows_are_all_named(line: TheLine, oda: Browser) -> None:
    script, long = "<script>alert(1)</script>", "x" * 100
    text = f"name,number,topics\n{script},{VEE},\nVal\0,{VAL},\nVic,{VAL},{script}\n{long},+15555550114,\nVix,+8816,\n"
    shown = imports(line, oda, "volunteers", text)
    assert counts(line) == (1, 0, 0, 4)
    assert script not in shown.html
    report = moving_in.report_of
    found = line.runtime.look(lambda uow: report(uow, uow.session.get_one(MoveIn, the_file(line).id)))
    assert [row.number for row in found] == [2, 3, 4, 5, 6]
    assert all(row.note for row in found if row.what == "wrong")


def test_nothing_personal_is_in_the_audit_nor_in_what_the_file_is_called(line: TheLine, oda: Browser) -> None:
    imports(line, oda, "contacts", f"number,name\n{ANA},Anabel\n")
    oda.sends(f"{AT}{the_file(line).id}/undo")
    written = line.runtime.read(lambda s: s.scalars(select(Audit).order_by(Audit.at)).all())
    said = [f"{row.what} {row.about} {row.before} {row.after}" for row in written]
    assert any("imported a file" in row for row in said)
    assert any("undid an import" in row for row in said)
    assert not [row for row in said if re.search(r"Anabel|Ana Lopez|5550101", row)]
    assert uploads(oda, "contacts", f"number\n{ANA}\n", called=f"from {ANA}").status == 422


def test_another_lines_organizers_find_nothing(line: TheLine, oda: Browser, rex: Browser) -> None:
    uploads(oda, "contacts", f"number\n{ANA}\n")
    assert "Sign in" in rex.opens(f"{AT}{the_file(line).id}").words


def test_what_moves_out_moves_in_elsewhere(line: TheLine, oda: Browser) -> None:
    imports(line, oda, "contacts", f"number,name,tags,consents\n{ANA},=Ana,new,texts=2025-01-01; caring=2025-02-01\n")
    imports(line, oda, "stops", f"number,stopped\n{BEN},2025-01-01\n")
    imports(line, oda, "blocks", f"number,until,reason\n{ANA},2026-04-01,they were abusive\n")
    imports(line, oda, "volunteers", f"name,number,languages,topics,agreed,lead\nVee,{VEE},en; es,alcohol,yes,yes\n")
    imports(line, oda, "shifts", "volunteer,days,begins,ends,every\nVee,thu,22:00,01:00,2\n")
    out = {
        kind: line.runtime.do(lambda uow, kind=kind: moving_out.table(uow, kind, "default", "Oda"))  # type: ignore[misc]
        for kind in ("volunteers", "contacts", "stops", "blocks", "shifts")
    }
    for kind, (headers, told) in out.items():
        imports(line, oda, kind, csv_export.written(headers, told))
        added, changed, here, wrong = counts(line)
        assert (added, changed, wrong) == (0, 0, 0), kind
        assert here == len(told) > 0, kind
    assert out["contacts"][1][0][:2] == [ANA, "=Ana"]
    assert "caring=2025-02-01" in out["contacts"][1][0][5]


def test_no_number_leaves_by_a_browser(line: TheLine, oda: Browser) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    imports(line, oda, "shifts", "volunteer,days,begins,ends\nVee,thu,18:00,21:00\n")
    assert "FREQ=WEEKLY" in oda.opens(f"{AT}out/shifts.csv").html
    assert oda.opens(f"{AT}out/contacts.csv").status == oda.opens(f"{AT}out/volunteers.csv").status == 404
    assert "consents" in oda.opens(f"{AT}empty/contacts.csv").html
    assert rows(line, Volunteer) == 1
