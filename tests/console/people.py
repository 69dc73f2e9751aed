"""A line on which something goes on: people who wait, talk, left messages; volunteers; hostile words. For looking."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import update

from checkin.accounts.page_sessions import CurrentUser
from checkin.cases import alarms
from checkin.cases import service as cases
from checkin.cases.models import Case
from checkin.compliance.models import MoveIn
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.moving import moving_in
from checkin.outbox.models import Heartbeat
from checkin.volunteers import alerts, shifts
from checkin.volunteers.models import Volunteer
from checkin.volunteers.shifts import Times
from tests import make
from tests.cast import ANA, BEN, VAL, VEE
from tests.console.stories import stories_come
from tests.the_line import TheLine

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202eevil\u202c {{7*7}} javascript:alert(1)",
    "🌱" * 1600,
)
SHIFTS = ("+15555550141", "+15555550142", "+15555550143")
ALARMS = ("+15555550151", "+15555550152", "+447911123456")
ZOE = "+15555550153"
MORE = ("+15555550131", "+15555550132", "+15555550133")


def a_move_in(line: TheLine, kind: str = "contacts", *, imported: bool = False) -> str:
    """The id of a file that Oda looked at, or imported: with a row of every sort, one of them hostile."""
    text = f"number,name,zip\n{ANA},Ana,1\n+15555550161,{HOSTILE[0]},2\nnobody,Rex,3\n"
    table = moving_in.read(kind, text, moving_in.ON_A_PAGE)
    begun = line.runtime.do(lambda uow: moving_in.begin(uow, "default", kind, HOSTILE[0], "Oda", text).id)
    run = line.runtime.look(lambda uow: moving_in.run_of(uow, uow.session.get_one(MoveIn, begun), "Oda", table))
    report = moving_in.look(line.runtime, run, table, str)
    line.runtime.do(lambda uow: moving_in.looked_at(uow, run, report))
    if imported:
        moving_in.carry_out(line.runtime, run, table, str)
    return begun


def people_come(line: TheLine) -> None:
    """Ana is in crisis and left a message, Ben waits, others were here; Vee is on duty, Val talks."""

    def team(uow: UnitOfWork) -> list[Volunteer]:
        return [
            make.volunteer(uow, VEE, "Vee", languages=["en", "es"], topics=["family"], lead=True),
            make.volunteer(uow, VAL, "Val"),
        ]

    line.runtime.do(team)
    line.runtime.do(_schedule)
    for body in ("hello", "4", "Could someone tell me when the group meets?\nI can come on Tuesday.", "DONE"):
        line.answers(ANA, body)
    line.answers(ANA, "I want to die")
    for body in ("CHECKIN", "1", "no", "yes"):
        line.answers(MORE[0], body)
    for number, words in zip(MORE[1:], HOSTILE[1:3], strict=True):
        for body in ("hello", "4", words, "DONE"):
            line.answers(number, body)
    line.clock.forward(minutes=7)
    call = line.rings(BEN)
    call.presses("1")
    line.answers(MORE[0], "PEER")
    line.clock.forward(seconds=40)
    line.runtime.do(_some_cases)
    alarms_come(line)
    line.runtime.do(_beats)
    stories_come(line)
    line.carries_out()


def alarms_come(line: TheLine) -> None:
    """Danger again, after STOP, from abroad; HELP; Val, a lead, whom no text reaches; a shift that nobody has."""
    for body in ("I want to die", "nobody would even notice, i want to kill myself tonight", "HELP"):
        line.answers(ALARMS[0], body)
        line.clock.forward(seconds=5)
    for body in ("hi", "STOP", "i want to end my life"):
        line.answers(ALARMS[1], body)
    line.answers(ALARMS[2], "quiero morir")
    line.runtime.do(_matters)
    line.clock.forward(seconds=20)


def _matters(uow: UnitOfWork) -> None:
    make.volunteer(uow, ZOE, "Zoe", lead=True, languages=["es"], always=False).texts_failed = 3
    alerts.put_up(uow, "default", "shift_gap", "gap 12")
    alerts.put_up(uow, "default", "set_aside", "send_message")
    alerts.put_up(uow, "default", "line_mute", "a carrier treated our text as spam (error 30007)")
    contact = uow.session.query(Contact).order_by(Contact.created_at).limit(1).one()
    alarms.raise_alert(uow, contact, "block_proposed", "asked for by a volunteer")


def _schedule(uow: UnitOfWork) -> None:
    """Sam on evenings, Kim on every other Friday night, Lou is paused; the phone of one of them is broken."""
    sam, kim, lou = (
        make.volunteer(uow, number, name, always=False, time_zone="America/New_York", languages=["en", "es"])
        for number, name in zip(SHIFTS, ("Sam", "Kim", "Lou"), strict=True)
    )
    uow.session.flush()
    evening = shifts.add(uow, sam, Times(time(17), time(20), days=("tue", "wed", "sat"), first=date(2026, 2, 3)))
    shifts.add(uow, kim, Times(time(22), time(1), days=("fri",), every=2, first=date(2026, 3, 6)))
    shifts.add(uow, lou, Times(time(18), time(22), days=("tue", "thu"), first=date(2026, 2, 3)))
    shifts.day_off(uow, evening, date(2026, 3, 4))
    lou.off_rotation, kim.failures = True, 5


def _some_cases(uow: UnitOfWork) -> None:
    vee = uow.session.query(Volunteer).filter_by(lead=True).one()
    who = CurrentUser("s", vee.id, "volunteer", "default", "Vee", "en")
    [case] = uow.session.query(Case).filter_by(number=2)
    cases.claim(uow, case, who)
    cases.note(uow, case, "Looks like spam, <b>but</b> let us be kind.", who)
    uow.session.execute(update(Contact).where(Contact.id == case.contact_id).values(opted_out_at=uow.now))


def _beats(uow: UnitOfWork) -> None:
    for name in ("worker ring", "clock"):
        uow.session.add(Heartbeat(name=name, at=uow.now))
