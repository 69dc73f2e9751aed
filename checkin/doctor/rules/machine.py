"""This machine: database, Redis, processes, what is kept, the disk, backups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from checkin.doctor.facts import LineFacts
from checkin.doctor.findings import DoctorFinding

ALIVE = timedelta(seconds=90)
OVERDUE = timedelta(seconds=60)
PROCESSES = {"worker": "the worker", "clock": "the clock"}
MUCH_WAL = 256 * 1024 * 1024
LITTLE_DISK, NO_DISK = 2 * 1024**3, 200 * 1024**2
OLD_BACKUP = timedelta(days=2)
OLD_REHEARSAL = timedelta(days=35)
GIGABYTE = 1024**3


def database(facts: LineFacts) -> DoctorFinding:
    """Whether it answers and is what this version needs."""
    machine = facts.machine
    if machine.trouble:
        return DoctorFinding(
            "database",
            "Database",
            "red",
            f"It does not answer ({machine.trouble}).",
            "Start it, or correct DATABASE_URL.",
        )
    at, needed = machine.schema
    if at != needed:
        return DoctorFinding(
            "database", "Database", "red", f"It is at {at or 'nothing'}, and this version needs {needed}.",
            "Run: checkin db upgrade",
        )  # fmt: skip
    size = f", {machine.database_bytes / 1024**2:.0f} MB" if machine.database_bytes is not None else ""
    if machine.wal_bytes > MUCH_WAL:
        return DoctorFinding(
            "database", "Database", "amber",
            f"{machine.database}{size}, with {machine.wal_bytes / 1024**2:.0f} MB that are not taken in (WAL).",
            "Something reads it without an end: start the line anew.",
        )  # fmt: skip
    return DoctorFinding("database", "Database", "green", f"{machine.database}{size}, up to date.")


def redis(facts: LineFacts) -> DoctorFinding:
    """Texts and calls are answered without it; everything else is only slower."""
    found = facts.machine.redis
    if found.version is None:
        return DoctorFinding(
            "redis", "Redis", "red", "It does not answer: what is due is only found by the clock.",
            "Start the line (checkin up has one of its own), or correct REDIS_URL.",
        )  # fmt: skip
    wrong = []
    if found.policy not in (None, "noeviction"):
        wrong.append(f"it may throw away what is due (maxmemory-policy {found.policy})")
    if found.append_only is False:
        wrong.append("what it knows ends with it (appendonly no)")
    if not found.private:
        wrong.append("anybody who reaches it may write to it (no password)")
    if wrong:
        return DoctorFinding(
            "redis", "Redis", "amber", f"Version {found.version}: {'; '.join(wrong)}.", "See docs/running-it.md, Redis."
        )
    return DoctorFinding("redis", "Redis", "green", f"Version {found.version}.")


def processes(facts: LineFacts) -> DoctorFinding:
    """Whether somebody carries out what is due."""
    machine = facts.machine
    silent = [
        words for kind, words in PROCESSES.items()
        if not any(name.startswith(kind) and age < ALIVE for name, age in machine.beats.items())
    ]  # fmt: skip
    if silent:
        return DoctorFinding(
            "processes", "Processes", "red", f"Nothing is heard of {' and '.join(silent)}: nobody is rung or reminded.",
            "Start the line: checkin up, or the worker and the clock of the Procfile.",
        )  # fmt: skip
    if machine.oldest_due > OVERDUE:
        return DoctorFinding(
            "processes", "Processes", "amber", f"Something is {machine.oldest_due.total_seconds():.0f} s overdue.",
            "Look at checkin outbox list.",
        )  # fmt: skip
    if machine.given_up:
        return DoctorFinding(
            "processes", "Processes", "amber", f"Given up after many tries: {', '.join(machine.given_up)}.",
            "See the console: Failed jobs.",
        )  # fmt: skip
    return DoctorFinding("processes", "Processes", "green", "The worker and the clock are at work.")


def media(facts: LineFacts) -> DoctorFinding:
    """Whether sound can be kept and read again."""
    if facts.machine.media:
        return DoctorFinding(
            "media", "Audio", "red", f"A sound could not be kept and read again: {facts.machine.media}.",
            "Look at CHECKIN_MEDIA, or CHECKIN_STORE and its keys.",
        )  # fmt: skip
    return DoctorFinding("media", "Audio", "green", "A sound was kept, read again, and deleted.")


def disk(facts: LineFacts) -> DoctorFinding:
    """Whether there is room."""
    free = facts.machine.free
    said = f"{free / GIGABYTE:.1f} GB are free."
    if free < NO_DISK:
        return DoctorFinding("disk", "Disk", "red", said, "Make room now: what people tell the line is lost otherwise.")
    if free < LITTLE_DISK:
        return DoctorFinding("disk", "Disk", "amber", said, "Make room.")
    return DoctorFinding("disk", "Disk", "green", said)


def backups(facts: LineFacts) -> DoctorFinding:
    """A backup that is made by hand is not made."""
    age = facts.machine.backup
    if age is None:
        return DoctorFinding(
            "backups", "Backups", "amber", "None has been made.",
            "Make a key with checkin backup --new-key, then set CHECKIN_BACKUP_TO: docs/running-it.md, Backups.",
        )  # fmt: skip
    said = f"The last one is {age.days} days old." if age.days else "The last one is less than a day old."
    if age > OLD_BACKUP:
        return DoctorFinding("backups", "Backups", "amber", said, "Look at what makes them.")
    return DoctorFinding("backups", "Backups", "green", said)


def rehearsal(facts: LineFacts) -> DoctorFinding | None:
    """A backup that nobody has brought back may be none."""
    if facts.machine.backup is None:
        return None
    age = facts.machine.rehearsal
    if age is None or age > OLD_REHEARSAL:
        said = "No restore was ever rehearsed." if age is None else f"The last one was {age.days} days ago."
        return DoctorFinding(
            "rehearsal", "Rehearsal of a restore", "amber", said, "Run: checkin restore PLACE --rehearse"
        )
    said = f"The last one was {age.days} days ago." if age.days else "The last one was less than a day ago."
    return DoctorFinding("rehearsal", "Rehearsal of a restore", "green", said)


def keys(facts: LineFacts) -> DoctorFinding:
    """What a contact told is read with that contact's own key."""
    lost = facts.machine.unreadable
    if lost:
        return DoctorFinding(
            "keys", "Keys of contacts", "red", f"The keys of {lost} contacts are gone: they can't be read any more.",
            "Stop the line, and bring a backup back before it's too old: docs/running-it.md, Backups.",
        )  # fmt: skip
    return DoctorFinding("keys", "Keys of contacts", "green", "Each is there.")


def mail(facts: LineFacts) -> DoctorFinding | None:
    """Organizers who count on it would hear nothing."""
    trouble = facts.machine.mail
    if trouble is None:
        return None
    if trouble:
        return DoctorFinding("mail", "E-mail", "red", f"No e-mail leaves: {trouble}.", "Correct CHECKIN_SMTP_URL.")
    return DoctorFinding("mail", "E-mail", "green", "The mail server would take it.")


def env(facts: LineFacts) -> DoctorFinding | None:
    """Whoever reads the .env can read everything."""
    if facts.machine.env_private:
        return None
    return DoctorFinding("env", "The .env", "red", "Others on this machine can read it.", "Run: chmod 600 .env")


CHECKS: tuple[Callable[[LineFacts], DoctorFinding | None], ...] = (
    database, redis, processes, media, disk, backups, rehearsal, keys, mail, env,
)  # fmt: skip
