"""What the checker finds, in the reader's language: told by its code, as docs/flows.md lists them.

Findings are in English (flows/checks); that stands below it, with the place and the names.
"""

from __future__ import annotations

from checkin.core.translatable import N_
from checkin.i18n.gettext import raw, spoken

MEANINGS = {
    "Y001": N_("The file can't be read."),
    "Y002": N_("Older YAML tools read this value differently."),
    "Y003": N_("A phone number needs quotes."),
    "E101": N_("An unknown key, value or verb."),
    "E102": N_("Two steps have the same name."),
    "E103": N_("A name that leads nowhere."),
    "E201": N_("The flow runs off its end."),
    "W202": N_("Nothing leads to this step."),
    "W203": N_("A branch without “else”."),
    "E204": N_("It doesn't say what happens next."),
    "E205": N_("It handles a case that never comes."),
    "E206": N_("A loop that never waits for anyone."),
    "E207": N_("No path from here leads to an end."),
    "W208": N_("A loop that only silence ends."),
    "E209": N_("Flows that wait for each other, or plan each other, forever."),
    "E210": N_("A step that couldn't be imported: someone has to write it."),
    "W210": N_("A variable that nothing sets."),
    "W211": N_("A condition that is always or never true."),
    "W212": N_("A guessed step: someone has to check it."),
    "V301": N_("Two choices have the same key."),
    "V302": N_("One key is the start of another."),
    "V303": N_("0, * and # have a meaning of their own."),
    "V304": N_("More choices than anyone remembers."),
    "V305": N_("Too much is said before the first choice."),
    "V306": N_("A recording is missing in one language, or sounds worse than a phone."),
    "V307": N_("The same word for two choices, or two that sound alike."),
    "V308": N_("An address is read aloud."),
    "M401": N_("Characters that make the text cost more."),
    "M402": N_("The text is longer than two segments."),
    "M403": N_("What the longest path costs."),
    "M404": N_("A first text without our name, or without a way out."),
    "M405": N_("Links or words that carriers block."),
    "L501": N_("A translation is missing."),
    "L502": N_("A translation has different placeholders."),
    "L503": N_("A word means something else in another language."),
    "X601": N_("A text or condition can't be read."),
    "X602": N_("An unknown name."),
    "X603": N_("A placeholder here may be empty."),
    "X604": N_("The fallback itself could fail."),
    "S701": N_("Nobody can be reached from this flow."),
    "S702": N_("Someone who isn't well could be left alone."),
    "S703": N_("Nobody came, and nothing else is offered."),
    "S704": N_("A word that always means something else."),
    "S705": N_("A harmless phrase hides a sign of danger."),
    "P801": N_("We would text first without their consent."),
    "P802": N_("Something sensitive would be shown."),
    "P803": N_("The topic is named too early."),
    "P804": N_("A story would be shared without consent."),
    "P805": N_("The plan says it asks nothing, but it does, or the other way around."),
    "T900": N_("A test conversation failed."),
    "T901": N_("A path no test conversation covers."),
    "T902": N_("This flow has no test conversations."),
}


def meaning(code: str) -> str:
    """What a finding of this code means, for who does not read English; empty for who does."""
    return raw(MEANINGS[code]) if code in MEANINGS and spoken() != "en" else ""
