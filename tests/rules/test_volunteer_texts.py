"""What a volunteer's text means, by the relays they are in: one reading, whoever carries it out."""

from __future__ import annotations

import pytest

from checkin.relays.rules import volunteer_texts
from checkin.relays.rules.volunteer_texts import VolunteerText
from flows.words.team_words import ours

UNCLEAR, ANSWER = VolunteerText("unclear"), VolunteerText("answer")


def meaning(body: str, joined: list[int], *, lead: bool) -> VolunteerText:
    return volunteer_texts.meaning(body, joined, lead=lead, keyword=ours().keyword)


def is_command(body: str) -> bool:
    return volunteer_texts.is_command(body, ours().keyword)


@pytest.mark.parametrize(
    ("body", "joined", "meant"),
    [
        ("TAKE", [], VolunteerText("take")),
        ("tomar #42.", [7], VolunteerText("take", 42)),
        ("Done", [42], VolunteerText("move", 42, "done")),
        ("listo 42", [42, 43], VolunteerText("move", 42, "done")),
        ("done", [42, 43], UNCLEAR),
        ("done 7", [42], VolunteerText("case", 7, "done")),
        ("claim 7", [], VolunteerText("case", 7, "claim")),
        ("text 42", [42], VolunteerText("pass on", 42, words="text 42")),
        ("42 pass!", [42, 43], VolunteerText("move", 42, "pass")),
        ("42: how are you?", [42, 43], VolunteerText("pass on", 42, words="how are you?")),
        ("9 of us were there", [42], VolunteerText("pass on", 42, words="9 of us were there")),
        ("how are you?", [42, 43], UNCLEAR),
        ("", [42], VolunteerText("pass on", 42)),
        ("block", [], VolunteerText("own call", word="block")),
        ("apoyo", [42], VolunteerText("move", 42, "lead")),
        ("lead 9", [42], UNCLEAR),
        ("fine", [], ANSWER),
        ("done", [], ANSWER),
    ],
)
def test_a_text_of_vee_has_one_meaning(body: str, joined: list[int], meant: VolunteerText) -> None:
    assert meaning(body, joined, lead=False) == meant


def test_only_a_lead_joins_what_is_anothers() -> None:
    assert meaning("LEAD 42", [], lead=True) == VolunteerText("join", 42)
    assert meaning("LEAD 42", [], lead=False) == ANSWER
    assert meaning("LEAD 42", [42], lead=True) == VolunteerText("move", 42, "lead")


def test_a_word_of_ours_is_known_wherever_its_number_stands() -> None:
    assert all(map(is_command, ("take", "TAKE 42", "42 done", "bloquear", " Text 7. ")))
    assert not any(map(is_command, ("takes", "42 how are you", "fine", "")))
