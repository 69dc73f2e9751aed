"""The people of the line, and what it says."""

from __future__ import annotations

from collections.abc import Callable

from checkin.doctor.facts import LineFacts
from checkin.doctor.findings import Color, DoctorFinding


def refused(facts: LineFacts) -> DoctorFinding:
    """What Twilio brought was refused, several times in a row."""
    if not facts.people.refused:
        return DoctorFinding("refused", "Signatures", "green", "Nothing of Twilio's is being refused.")
    return DoctorFinding(
        "refused", "Signatures", "red", f"What Twilio brings is refused: {facts.people.refused}.",
        "Correct that, start the line anew, and text the number.",
    )  # fmt: skip


def leads(facts: LineFacts) -> DoctorFinding:
    """Nobody hears of a crisis without one."""
    count = facts.people.leads
    if not count:
        return DoctorFinding(
            "leads", "Leads", "red", "There is none whom texts reach: nobody hears of somebody in danger.",
            "Run: checkin volunteers add --lead --name NAME --phone +1...",
        )  # fmt: skip
    if count == 1:
        return DoctorFinding("leads", "Leads", "amber", "There is one, who may sleep.", "Add a second one.")
    return DoctorFinding("leads", "Leads", "green", f"{count} are told of danger.")


def organizers(facts: LineFacts) -> DoctorFinding:
    """Somebody must be able to look at the inbox."""
    if not facts.people.organizers:
        return DoctorFinding(
            "organizers", "Organizers", "red", "Nobody can sign in to the console yet.", "Run: checkin organizers link"
        )
    return DoctorFinding("organizers", "Organizers", "green", f"{facts.people.organizers} can sign in.")


def name(facts: LineFacts) -> DoctorFinding | None:
    """The sample's name is nobody's."""
    if not facts.people.sample_name:
        return None
    return DoctorFinding(
        "name", "Name", "amber", f"The line calls itself {facts.people.name}, which is our sample's name.",
        'Run: checkin setup --name "Your Line"',
    )  # fmt: skip


def crisis(facts: LineFacts) -> DoctorFinding:
    """The number that everybody is told leads to others than us."""
    told = facts.people.crisis_number
    if told == facts.number:
        return DoctorFinding(
            "crisis", "Crisis number", "red", "It is the line's own: whoever is in danger would call us again.",
            "Write crisis_number into lines.yaml: 988 in the US.",
        )  # fmt: skip
    return DoctorFinding("crisis", "Crisis number", "green", f"{told} is what people are told in a crisis.")


def cover(facts: LineFacts) -> DoctorFinding:
    """Who is there in the coming week."""
    people = facts.people
    if not people.volunteers:
        return DoctorFinding(
            "cover", "The coming week", "red", "There is no volunteer: nobody can be reached.",
            "Add volunteers and their shifts in the console: Schedule.",
        )  # fmt: skip
    if not people.wanted:
        return DoctorFinding(
            "cover", "The coming week", "amber", "No cover is wanted, so no gap is ever shown.",
            "Write cover into lines.yaml.",
        )  # fmt: skip
    if people.missing > 0:
        share = people.missing / people.wanted
        color: Color = "red" if share > 0.99 else "amber"
        return DoctorFinding(
            "cover", "The coming week", color, f"{people.missing:.0f} of {people.wanted:.0f} hours have nobody.",
            "See the console: Schedule shows the gaps.",
        )  # fmt: skip
    return DoctorFinding("cover", "The coming week", "green", f"All {people.wanted:.0f} hours are covered.")


def flows(facts: LineFacts) -> DoctorFinding:
    """What the line says is checked as publishing checks it."""
    if facts.people.flow_errors:
        return DoctorFinding("flows", "Flows", "red", f"{facts.people.flow_errors} errors.", "Run: checkin flows check")
    return DoctorFinding("flows", "Flows", "green", "No errors.")


CHECKS: tuple[Callable[[LineFacts], DoctorFinding | None], ...] = (
    refused, leads, organizers, cover, crisis, name, flows,
)  # fmt: skip
