"""Relays by voice and text, a message, a call-back and a follow-up, with marked numbers and words: none is found again.

Searched is everything that leaves the line or stays somewhere: every document for the network, every REST request (its
`To` aside), every text and voice that another person gets, the volunteer's calendar, every log line, every
address, and every command that Redis was given. The errors are provoked, so that there are some to be searched.
"""

from __future__ import annotations

import codecs
import json
import re
import threading
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_plus

import pytest
from redis import Redis

from tests.journeys.conftest import VEE
from tests.journeys.house import House
from tests.phones import Phone

pytestmark = pytest.mark.processes

BEN, ANA = "+15555557731", "+15555557732"
MARKS = {
    "Ben's number": "5557731", "Ana's number": "5557732", "Vee's number": "5557741",
    "what Ana wrote": "quokkamark", "what Vee wrote": "wombatmark", "what Ben left": "numbatmark",
    "Vee's name": "Veemark",
}  # fmt: skip


def marks_in(words: str, *but: str) -> list[str]:
    """Whose marks are found in these words, however the number is written; those named in `but` may be there."""
    bare = re.sub(r"[\s().\-]", "", unquote_plus(unquote_plus(words))).casefold()
    return [name for name, mark in MARKS.items() if name not in but and mark.casefold() in bare]


def unpacked(command: str) -> str:
    """What Redis was told, and what lies compressed in it: RQ packs the function and the arguments of a job."""
    raw = codecs.escape_decode(command.encode())[0]
    inside = [raw]
    for found in re.finditer(b"x\x9c", raw):
        with suppress(zlib.error):
            inside.append(zlib.decompressobj().decompress(raw[found.start() :]))
    return b"\n".join(inside).decode(errors="replace")


@contextmanager
def overheard(house: House) -> Iterator[list[str]]:
    """Every command that Redis is given meanwhile, with its keys and values."""
    told: list[str] = []
    with Redis(unix_socket_path=str(house.state / "redis.sock")) as redis, redis.monitor() as monitor:

        def listen() -> None:
            for command in monitor.listen():
                told.append(unpacked(str(command["command"])))
                if "the end of this" in command["command"]:
                    return

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            yield told
        finally:
            redis.echo("the end of this")
            listener.join(5)
        told += [str(key) for key in redis.scan_iter()]


def text_together(house: House, ana: Phone, vee: Phone) -> None:
    ana.texts("PEER")
    vee.texts(f"TAKE {number_in(vee.reads('TAKE', within=15))}")
    ana.reads("A peer is here", within=15)
    ana.texts(f"quokkamark, ring me on {ANA} or {ANA[2:5]} {ANA[5:8]}-{ANA[8:]}")
    assert marks_in(vee.reads("quokkamark", within=15), "what Ana wrote") == []
    vee.texts(f"wombatmark, mine is {VEE}")
    assert marks_in(ana.reads("wombatmark", within=15), "what Vee wrote") == []
    vee.texts("DONE")
    vee.reads("How are you", within=15)
    vee.texts("1")
    ana.reads("How was it", within=15)


def talk_together(house: House, ben: Phone, vee: Phone) -> None:
    vee.texts("ON")
    vee.reads("on duty")
    ben.calls()
    ben.presses("1")
    vee.answers(within=15)
    vee.presses("1")
    ben.is_talking_with(vee, within=15)
    ben.hangs_up()
    vee.is_off_the_phone(within=15)


def leave_a_message_and_be_called_back(house: House, ben: Phone, vee: Phone) -> None:
    vee.texts("ON")
    ben.calls()
    ben.presses("4")
    ben.records(words="numbatmark, please ring me back when you can, it has been a long and heavy day")
    for _ in ("call or text", "onto a machine", "our name"):
        ben.presses("1")
    ben.hears("We'll stick to that", within=15)
    ben.hangs_up()
    case = number_in(vee.reads("CLAIM", within=20), "CLAIM")
    vee.texts(f"CLAIM {case}")
    vee.reads(f"Case {case} is yours", within=15)
    vee.texts(f"CALL {case}")
    vee.answers(within=20)
    vee.presses("1")
    ben.answers(within=20)
    ben.presses("1")
    ben.is_talking_with(vee, within=20)
    ben.hangs_up()
    vee.is_off_the_phone(within=15)
    vee.texts(f"DONE {case}")


def be_asked_the_next_day(house: House, ana: Phone) -> None:
    ana.texts("CHECKIN")
    ana.reads("1")
    ana.texts("4")
    ana.reads()
    ana.texts("yes")
    ana.reads()
    house.wait_for_the_promise_to(ana)
    ana.reads(within=30)


def go_wrong(house: House, ana: Phone, vee: Phone) -> None:
    """The network refuses and fails, and a stranger knocks with somebody's number in the address."""
    house.network.fails("messages.create", "refuse", code=21211, status=400, to=VEE)
    house.network.fails("messages.create", "error_before", to=VEE)
    ana.texts("PEER")
    ana.reads("looking for a peer")
    for path in (f"/webhooks/sms?From=%2B{ANA[1:]}&Body=quokkamark", f"/webhooks/{BEN}", f"/shifts/{VEE}.ics"):
        for data in (None, f"From={ANA}&Body=quokkamark".encode()):
            with suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://localhost:{house.environ['PORT']}{path}", data, timeout=10)
    ana.texts("DONE")


def number_in(words: str, before: str = "TAKE") -> str:
    """The number that a volunteer is told to text."""
    found = re.search(rf"{before} (\d+)", words)
    assert found is not None, words
    return found[1]


def into_the_calling_hours(house: House) -> None:
    """21:15 UTC is within 10:00-18:00 from Hawaii to New York, in summer and in winter."""
    now = datetime.fromisoformat(house.network.get("/clock")["now"]).astimezone(UTC)
    wanted = now.replace(hour=21, minute=15)
    house.network.forward(seconds=((wanted - now) % timedelta(days=1)).total_seconds())


@pytest.fixture
def everything(own_house: House, own_vee: Phone) -> list[str]:
    """All of it happens; what Redis was told meanwhile."""
    house, vee = own_house, own_vee
    into_the_calling_hours(house)
    ana, ben = house.network.phone(ANA, "Ana"), house.network.phone(BEN, "Ben", patient=False)
    with overheard(house) as told:
        text_together(house, ana, vee)
        talk_together(house, ben, vee)
        leave_a_message_and_be_called_back(house, ben, vee)
        be_asked_the_next_day(house, ana)
        go_wrong(house, ana, vee)
    return told


def test_marks_are_found_where_there_are_some() -> None:
    assert marks_in("call me: +1 (555) 555-7732") == ["Ana's number"]
    assert marks_in("?From=%2B15555557731&Body=Quokkamark") == ["Ben's number", "what Ana wrote"]
    packed = zlib.compress(f'["worker.tasks.carry_out", null, ["{BEN}"], {{}}]'.encode())
    told = "HSET rq:job:1 data " + "".join(f"\\x{byte:02x}" for byte in packed)
    assert marks_in(told) == []
    assert marks_in(unpacked(told)) == ["Ben's number"]


def test_nobody_is_given_away(own_house: House, everything: list[str]) -> None:
    house, network = own_house, own_house.network

    delivered = {VEE: "what Ana wrote", ANA: "what Vee wrote"}
    seen: set[str] = set()
    for asked in network.rest():
        to = "".join(asked["form"].pop("To", []))
        found = marks_in(json.dumps(asked["form"]) + asked["path"])
        assert set(found) <= {delivered.get(to)}, f"{asked['action']} gives away {found}"
        seen.update(found)
    assert seen == {"what Ana wrote", "what Vee wrote"}, "both were delivered, so the search looked at something"

    passed = network.trace()
    assert len(passed) > 60
    for item in passed:
        assert marks_in(item["url"]) == [], f"the address of {item['why']}"
        allowed = delivered.get(item["params"].get("From", ""), "") if item["why"] == "text" else ""
        assert marks_in(item["body"], allowed) == [], f"the answer to {item['why']}"

    assert len(everything) > 100
    assert any("worker.tasks.carry_out" in command for command in everything)
    assert [command for command in everything if marks_in(command)] == []

    logs = house.logs() + house.said.read_text()
    assert "outbox_row" in logs
    assert "21211" in logs or "refused" in logs, "something went wrong, as it was asked to"
    assert [line for line in logs.splitlines() if marks_in(line)] == []

    calendar = house.calendar_of("Veemark")
    with urllib.request.urlopen(calendar, timeout=10) as answer:
        assert marks_in(calendar + answer.read().decode()) == []
    assert marks_in(json.dumps(house.ready())) == []
