"""Sentences of ours that are stored in English, to be said on pages in the reader's language: `{{ words|ours }}`.

What people wrote, and what authors wrote into flows, is not among them, and stays as it is.
"""

from __future__ import annotations

from checkin.web.i18n import N_, raw

DONE = (
    N_("claimed a case"),
    N_("closed a case"),
    N_("gave a case back"),
    N_("renewed a calendar's address"),
    N_("renewed a volunteer's code"),
    N_("agreed to volunteer"),
    N_("refused to volunteer"),
    N_("moved people who were waiting"),
    N_("report story"),
    N_("retention"),
    N_("trim story"),
    N_("withdraw story"),
    N_("changed an organizer's role"),
    N_("made a link to a volunteer's page"),
    N_("add story"),
    N_("added a shift"),
    N_("added a volunteer"),
    N_("added an extra day"),
    N_("change story"),
    N_("change words of story"),
    N_("changed a draft"),
    N_("changed a shift"),
    N_("changed a volunteer"),
    N_("changed conversations"),
    N_("changed their password"),
    N_("closed an alert"),
    N_("forgot a contact"),
    N_("gave a day off"),
    N_("invited an organizer"),
    N_("looked at a contact"),
    N_("looked for a number"),
    N_("made a setup link"),
    N_("moved a shift"),
    N_("paused a volunteer"),
    N_("publish story"),
    N_("published a flow"),
    N_("put a draft away"),
    N_("put conversations away"),
    N_("read a case"),
    N_("read a story before review"),
    N_("removed a shift"),
    N_("removed a volunteer"),
    N_("removed an organizer"),
    N_("renamed a volunteer"),
    N_("resumed a volunteer"),
    N_("retired a flow"),
    N_("review story"),
    N_("said a first step is right"),
    N_("saw a number"),
    N_("set up their account"),
    N_("signed in"),
    N_("skipped a follow-up"),
    N_("take up story"),
    N_("took a report away"),
    N_("took the changes away"),
    N_("took their data away"),
    N_("tried a follow-up again"),
    N_("tried again what was given up"),
    N_("discarded what was given up"),
    N_("blocked a contact"),
    N_("confirmed a block"),
    N_("answered a case by text"),
    N_("tagged a case"),
    N_("returned story"),
    N_("declined story"),
)
"""What is written down of who did what."""

REASONS = (
    N_("a message was left"),
    N_("asked for a person"),
    N_("taken up by the team"),
    N_("nobody could take their texts"),
    N_("asks to be called, after a text of ours"),
    N_("wrote back to a text of ours"),
    N_("may be in crisis, after a text or call of ours"),
    N_("asks to be called, after a text or call of ours"),
    N_("a low mood in a check-in"),
    N_("wrote something else than was asked"),
    N_("wrote by an app, where the line cannot answer"),
    N_("came from a short code or a name, which cannot be answered"),
    N_("Came while we were away"),
    N_("Reached us late"),
)
"""Why a case was opened."""

ENDS = {
    "agreed": N_("they agreed"),
    "answered": N_("they answered"),
    "asked": N_("they were asked"),
    "declined": N_("they said no"),
    "error": N_("an error"),
    "expired": N_("the wait was over"),
    "forgotten": N_("forgotten"),
    "heard": N_("heard"),
    "hung_up": N_("hung up"),
    "kept": N_("kept"),
    "kept_private": N_("kept for themselves"),
    "left_message": N_("they left a message"),
    "missed": N_("missed"),
    "no_answer": N_("nobody answered"),
    "no_message": N_("no message"),
    "no_peer": N_("no peer was there"),
    "no_reply": N_("no reply"),
    "opted_out": N_("they opted out"),
    "refused": N_("refused"),
    "sent": N_("sent"),
    "shared": N_("shared"),
    "stopped": N_("stopped"),
    "taken_back": N_("taken back"),
    "talked": N_("they talked"),
    "told": N_("told"),
}
"""How conversations end, as the engine and our own flows call it. Other authors have other words."""


def ours(words: str | None) -> str:
    """The same in this request's language; what is not ours is left as it is."""
    return raw(words) if words else ""


def ended(how: str) -> str:
    """How a conversation ended, or a step was left."""
    return raw(ENDS[how]) if how in ENDS else how.replace("_", " ")
