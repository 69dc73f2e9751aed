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

BECAUSE = {"new": N_("new"), "reported": N_("reported by listeners")}

KINDS = {"story": N_("Story"), "tip": N_("Tip")}

STATES = {
    "waiting_review": N_("waiting for review"),
    "published": N_("published"),
    "private": N_("private"),
    "returned": N_("returned to the storyteller"),
    "declined": N_("declined"),
    "resting": N_("on hold"),
    "withdrawn": N_("withdrawn"),
}

SAID = {
    "yes": N_("yes"),
    "held": N_("held it back"),
    "returned": N_("returned it"),
    "declined": N_("declined it"),
    "vouched": N_("submitted it as reviewed"),
}

ANSWERS = {"no": N_("No"), "cut": N_("Cut out"), "yes": N_("Yes")}

TEXTS = {
    "names": N_("It could identify someone"),
    "details": N_("Risky details"),
    "hope": N_("What helped is missing"),
    "sound": N_("Hard to hear"),
    "not_now": N_("Not to be shared"),
}
"""The ready texts that come with the line; others are called by their name in the checklist."""

REASONS = {
    "teller": N_("The storyteller asked for it"),
    "identity": N_("It could identify someone"),
    "harm": N_("It could harm listeners"),
    "old": N_("It's out of date"),
    "doubled": N_("It's a duplicate, or was added by mistake"),
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
                "There's a phone number in its words, title or note, and everyone would see it: take it out, "
                "or check the box to say it may be shared."
            )
        ) from error
    except ChangedMeanwhile as error:
        raise UserError(
            _(
                "Someone has changed its words or audio since you opened it. Look at it again: what you typed "
                "is still below, and replaces theirs if you continue."
            )
        ) from error
    except (AudioError, ConversionFailed) as error:
        raise UserError(_("This audio can't be used: %(why)s", why=said(error.text))) from error
    except StoreFailed as error:
        raise UserError(_("The audio couldn't be saved just now. Try again in a minute.")) from error
