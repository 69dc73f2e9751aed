"""How pages say what services refuse: in the reader's language, with what can be done about it here."""

from __future__ import annotations

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.i18n.gettext import raw, said

HINTS = {
    "blocked": N_("you can unblock them"),
    "calls_only": N_("choose calls only"),
    "long_hours": N_("you'll find that on their page"),
    "no_case": N_("the inbox lists them all"),
    "no_invitation": N_("don't send an invitation"),
    "no_mobile": N_("choose calls only, or enter a mobile number"),
    "no_organizer": N_("the Organizers page lists them"),
    "no_story": N_("the library lists them"),
    "no_such_day": N_("its page shows its days"),
    "no_version": N_("the flow's history lists them"),
    "no_volunteer": N_("the volunteers page lists them all"),
    "signs_in": N_("if they lost their password or phone, give them a new link"),
}
"""By the code of the error; the terminal has hints of its own."""


def in_words(error: UserError) -> str:
    """A sentence, and a hint where there is one."""
    words = said(error.text)
    return f"{words}: {raw(HINTS[error.code])}" if error.code in HINTS else words
