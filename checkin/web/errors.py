"""How pages say what services refuse: in the reader's language, with what can be done about it here."""

from __future__ import annotations

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.i18n.gettext import raw, said

HINTS = {
    "blocked": N_("it can be lifted"),
    "calls_only": N_("choose calls alone"),
    "long_hours": N_("that stands on their page"),
    "no_case": N_("the inbox shows every one"),
    "no_invitation": N_("send no invitation"),
    "no_mobile": N_("choose calls alone, or give a mobile number"),
    "no_organizer": N_("the page Organizers shows them"),
    "no_story": N_("the library shows them"),
    "no_such_day": N_("its page shows its days"),
    "no_version": N_("the history of the flow lists them"),
    "no_volunteer": N_("the page of volunteers shows all"),
    "signs_in": N_("a new link helps who lost their password or phone"),
}
"""By the code of the error; the terminal has hints of its own."""


def in_words(error: UserError) -> str:
    """A sentence, and a hint where there is one."""
    words = said(error.text)
    return f"{words}: {raw(HINTS[error.code])}" if error.code in HINTS else words
