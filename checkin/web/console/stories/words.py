"""What the pages of stories call things, and what cannot be done with a story in the words of a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.i18n.gettext import _, said
from checkin.stories.review.reviewing import ChangedMeanwhile
from checkin.stories.service import NumberNamed
from checkin.telephony.audio import AudioError, ConversionFailed
from checkin.telephony.media_store import StoreFailed

BECAUSE = {"new": N_("new"), "reported": N_("listeners reported it")}

KINDS = {"story": N_("Story"), "tip": N_("Tip")}

STATES = {
    "waiting_review": N_("waits for review"),
    "published": N_("published"),
    "private": N_("private"),
    "returned": N_("returned to its teller"),
    "declined": N_("declined"),
    "resting": N_("rests"),
    "withdrawn": N_("taken back"),
}

SAID = {
    "yes": N_("yes"),
    "held": N_("held it back"),
    "returned": N_("returned it"),
    "declined": N_("declined it"),
    "vouched": N_("handed it in as reviewed"),
}

ANSWERS = {"no": N_("No"), "cut": N_("Cut out"), "yes": N_("Yes")}

TEXTS = {
    "names": N_("It shows who somebody is"),
    "details": N_("Details that are a risk"),
    "hope": N_("What helped is missing"),
    "sound": N_("It cannot be heard well"),
    "not_now": N_("It is not shared"),
}
"""The ready texts that come with the line; others are called by their name in the checklist."""

REASONS = {
    "teller": N_("Whoever told it asks for it"),
    "identity": N_("It shows who somebody is"),
    "harm": N_("It can harm who hears it"),
    "old": N_("It is out of date"),
    "doubled": N_("It is there twice, or was added by mistake"),
}
"""Why a story is taken back."""


@contextmanager
def understood() -> Iterator[None]:
    """What cannot be done with a story or its sound is said on the page, by UserError."""
    try:
        yield
    except NumberNamed as error:
        raise UserError(
            _(
                "A telephone number stands in its words, its title or its note, and everybody would read it: "
                "take it out, or tick that it may be known."
            )
        ) from error
    except ChangedMeanwhile as error:
        raise UserError(
            _(
                "Somebody has changed its words or its sound since you opened it. Look at it again: what you typed "
                "still stands below, and takes the place of theirs if you go on."
            )
        ) from error
    except (AudioError, ConversionFailed) as error:
        raise UserError(_("This sound cannot be used: %(why)s", why=said(error.text))) from error
    except StoreFailed as error:
        raise UserError(_("The sound could not be kept just now. Try again in a minute.")) from error
