"""Sentences of ours that are stored in English, to be said on pages in the reader's language: `{{ words|ours }}`.

What is written down of who did what is among them, too: its words stand with checkin.services.audit.AuditAction.

What people wrote, and what authors wrote into flows, is not among them, and stays as it is.
"""

from __future__ import annotations

from checkin.pages.i18n import N_, raw

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
