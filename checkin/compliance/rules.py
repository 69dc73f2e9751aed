"""When the rows of each table end. A table that is not named here fails a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from checkin.core.rules.policy import Kept

How = Literal["blank", "delete", "with", "never"]


@dataclass(frozen=True)
class End:
    """How rows end: `blank` what is personal in them, `delete` them, go `with` another table's row, or `never`.

    counted_from: the column whose time starts the clock (none: it happens at once, when its service says so).
    setting: the field of Kept with the length (none: the time in that column is the end itself). fields: what is
    blanked. owner: the table whose row they go with. why: in plain words, for the privacy page.
    """

    how: How
    why: str
    counted_from: str = ""
    setting: str = ""
    fields: tuple[str, ...] = ()
    owner: str = ""


ENDS: dict[str, End] = {
    "contacts": End("blank", "numbers and names go when somebody asks (FORGET) or was silent as long as calls are kept",
                    "heard_at", "calls", ("number_encrypted", "name_encrypted", "kept_encrypted")),
    "contact_keys": End("with", "the key of what is a contact's, destroyed when they ask (FORGET)", owner="contacts"),
    "consents": End("delete", "proof of a yes or a no, under a keyed hash", "at", "consents"),
    "check_ins": End("delete", "answers to check-ins", "at", "calls"),
    "settings": End("never", "facts of the installation, nothing personal"),
    "conversations": End("delete", "where a talk stands and how it went", "updated_at", "calls"),
    "messages": End("blank", "the words of texts, here and at the network", "created_at", "messages",
                    ("body_encrypted",)),
    "recordings": End("delete", "messages that were left, with their audio", "created_at", "voicemail"),
    "cases": End("delete", "what the team took up", "created_at", "calls"),
    "case_notes": End("with", "what the team wrote down about a case", owner="cases"),
    "alerts": End("delete", "what somebody had to see at once", "last_at", "calls"),
    "outbox": End("delete", "things to do, once they are done", "done_at", "messages"),
    "send_rates": End("never", "one row for each line, nothing personal"),
    "erasures": End("delete", "who was forgotten, as a keyed hash, while backups may come back", "at", "calls"),
    "follow_ups": End("delete", "promised texts, once they are sent or dropped", "due_at", "calls"),
    "heartbeats": End("never", "one row for each process, nothing personal"),
    "audit": End("delete", "who changed what", "at", "consents"),
    "definitions": End("never", "published words of the line; they are the wording that people agreed to"),
    "flow_drafts": End("never", "words of the line that are being written; nothing personal"),
    "talks_drafts": End("never", "conversations of the line that are being written; nothing personal"),
    "passages": End("delete", "how often a step was left which way, after how long; nothing of who", "until", "calls"),
    "publications": End("never", "which words were live from when on; nothing personal"),
    "relays": End("delete", "who was joined with whom, and how it went", "opened_at", "calls"),
    "offers": End("with", "who was asked", owner="relays"),
    "blocks": End("delete", "who was blocked, by whom, why and until when", "until", "calls"),
    "pictures": End("delete", "pictures that came with texts, here and at the network", "created_at", "voicemail"),
    "kept_apart": End("with", "whom a volunteer is not asked for again", owner="volunteers"),
    "stories": End("delete", "private ones that were never handed in; published ones stay until they are withdrawn",
                   "forget_at"),
    "shelf_places": End("with", "where a published story is found", owner="stories"),
    "story_desks": End("with", "how a story came before its reviewers", owner="stories"),
    "story_reviews": End("with", "who reviewed a story, and what they answered", owner="stories"),
    "listener_words": End("delete", "who thanked a teller, or reported a story", "at", "calls"),
    "listens": End("delete", "who heard which story", "at", "calls"),
    "volunteers": End("blank", "name and number go at once when a volunteer is removed",
                      fields=("name_encrypted", "number_encrypted")),
    "volunteer_links": End("delete", "one-time links to volunteers' pages, as a keyed hash", "until"),
    "shifts": End("with", "when a volunteer is there", owner="volunteers"),
    "shift_turns": End("delete", "who was reminded of a shift, came, or took it over", "starts_at", "calls"),
    "organisers": End("blank", "e-mail address, name and password go at once when an organizer is removed",
                      fields=("email_key", "email_encrypted", "name_encrypted", "password_hash", "code_encrypted")),
    "page_sessions": End("delete", "who is signed in to the pages", "ends_at"),
    "tallies": End("delete", "how often something was tried, under a keyed hash", "until"),
}  # fmt: skip


def before(table: str, kept: Kept, now: datetime) -> datetime | None:
    """Rows of `table` counted from before this end now; None where no length of time ends them."""
    end = ENDS[table]
    if end.how not in ("blank", "delete") or not end.counted_from:
        return None
    length: timedelta = getattr(kept, end.setting) if end.setting else timedelta()
    return now - length
