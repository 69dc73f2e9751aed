"""When the rows of each table end. A table that is not named here fails a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from checkin.core.rules.policy import RetentionLengths

How = Literal["blank", "delete", "with", "never"]


@dataclass(frozen=True)
class Expiry:
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


ENDS: dict[str, Expiry] = {
    "contacts": Expiry("blank", "numbers and names go when someone asks (FORGET) or was silent while calls are kept",
                    "heard_at", "calls", ("number_encrypted", "name_encrypted", "kept_encrypted")),
    "contact_keys": Expiry("with", "the key of what is theirs, destroyed when they ask (FORGET)", owner="contacts"),
    "consents": Expiry("delete", "proof of a yes or a no, under a keyed hash", "at", "consents"),
    "check_ins": Expiry("delete", "answers to check-ins", "at", "calls"),
    "stored_values": Expiry("never", "facts of the installation, nothing personal"),
    "conversations": Expiry("delete", "where a talk stands and how it went", "updated_at", "calls"),
    "messages": Expiry("blank", "the words of texts, here and at the network", "created_at", "messages",
                    ("body_encrypted",)),
    "recordings": Expiry("delete", "messages that were left, with their audio", "created_at", "voicemail"),
    "cases": Expiry("delete", "what the team took up", "created_at", "calls"),
    "case_notes": Expiry("with", "what the team wrote down about a case", owner="cases"),
    "alerts": Expiry("delete", "what someone had to see at once", "last_at", "calls"),
    "outbox": Expiry("delete", "things to do, once they're done", "done_at", "messages"),
    "send_rates": Expiry("never", "one row for each line, nothing personal"),
    "erasures": Expiry("delete", "who was forgotten, as a keyed hash, while backups may come back", "at", "calls"),
    "move_ins": Expiry("delete", "tables moved in from elsewhere: a day until imported, then the report, 30 days",
                    "until"),
    "moved_rows": Expiry("with", "what such a table brought in, so that it can be undone", owner="move_ins"),
    "follow_ups": Expiry("delete", "promised texts, once they're sent or dropped", "due_at", "calls"),
    "heartbeats": Expiry("never", "one row for each process, nothing personal"),
    "audit": Expiry("delete", "who changed what", "at", "consents"),
    "definitions": Expiry("never", "published words of the line; they're the wording that people agreed to"),
    "flow_drafts": Expiry("never", "words of the line that are being written; nothing personal"),
    "transcript_drafts": Expiry("never", "conversations of the line that are being written; nothing personal"),
    "step_counts": Expiry("delete", "how often a step was left which way, and when; nothing of who", "until", "calls"),
    "publications": Expiry("never", "which words were live from when on; nothing personal"),
    "relays": Expiry("delete", "who was joined with whom, and how it went", "opened_at", "calls"),
    "offers": Expiry("with", "who was asked", owner="relays"),
    "blocks": Expiry("delete", "who was blocked, by whom, why and until when", "until", "calls"),
    "pictures": Expiry("delete", "pictures that came with texts, here and at the network", "created_at", "voicemail"),
    "volunteer_blocks": Expiry("with", "whom a volunteer isn't asked for again", owner="volunteers"),
    "stories": Expiry("delete", "private ones that were never handed in; published ones stay until they're withdrawn",
                   "forget_at"),
    "story_positions": Expiry("with", "where a published story is found", owner="stories"),
    "stories_in_review": Expiry("with", "how a story came before its reviewers", owner="stories"),
    "story_reviews": Expiry("with", "who reviewed a story, and what they answered", owner="stories"),
    "listener_reactions": Expiry("delete", "who thanked a storyteller, or reported a story", "at", "calls"),
    "listens": Expiry("delete", "who heard which story", "at", "calls"),
    "volunteers": Expiry("blank", "name and number go at once when a volunteer is removed",
                      fields=("name_encrypted", "number_encrypted")),
    "volunteer_links": Expiry("delete", "one-time links to volunteers' pages, as a keyed hash", "until"),
    "shifts": Expiry("with", "when a volunteer is there", owner="volunteers"),
    "shift_occurrences": Expiry("delete", "who was reminded of a shift, came, or took it over", "starts_at", "calls"),
    "organizers": Expiry("blank", "e-mail address, name and password go at once when an organizer is removed",
                      fields=("email_key", "email_encrypted", "name_encrypted", "password_hash", "code_encrypted")),
    "page_sessions": Expiry("delete", "who is signed in to the pages", "ends_at"),
    "rate_limits": Expiry("delete", "how often something was tried, under a keyed hash", "until"),
}  # fmt: skip


def before(table: str, kept: RetentionLengths, now: datetime) -> datetime | None:
    """Rows of `table` counted from before this end now; None where no length of time ends them."""
    end = ENDS[table]
    if end.how not in ("blank", "delete") or not end.counted_from:
        return None
    length: timedelta = getattr(kept, end.setting) if end.setting else timedelta()
    return now - length
