"""The account at Twilio and the number that the line has there."""

from __future__ import annotations

from collections.abc import Callable

from checkin.core.rules.phone import is_toll_free
from checkin.doctor.facts import AccountFacts, LineFacts
from checkin.doctor.findings import Color, DoctorFinding

LITTLE = 5.0
"""Of the account's currency. A line that answers fifty texts and ten calls a day spends about a dollar or two."""

SECONDS_OF_A_WAVE = 5
"""Later than so many seconds, whoever waits has waited for nothing: a phone rings for about twenty."""

GOOD_PROFILE = frozenset({"twilio-approved"})
ADDRESSES = {
    "sms_url": "/webhooks/sms",
    "voice_url": "/webhooks/voice",
    "status_callback": "/webhooks/voice/status",
}
SAID = {"sms_url": "texts", "voice_url": "calls", "status_callback": "how calls ended"}


def credentials(facts: LineFacts) -> DoctorFinding | None:
    """Whether the account's token opens it."""
    account = facts.account
    if account is None:
        return None
    if account.state is None:
        why = account.unread.get("state", "it does not say who it is")
        return _found("credentials", "Account", "red", why, "Correct TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
    if account.state.status != "active":
        return _found(
            "credentials", "Account", "red", f"It is {account.state.status}: nothing is sent and nobody is called.",
            "Look at Twilio's console, or write to their support.",
        )  # fmt: skip
    return _found("credentials", "Account", "green", "Its token is right, and it is active.")


def kind(facts: LineFacts) -> DoctorFinding | None:
    """A trial account texts and calls nobody but verified numbers."""
    account = _readable(facts)
    if account is None or account.state is None:
        return None
    if account.state.kind == "Trial":
        return _found(
            "kind", "Kind of account", "red", "It is a trial: only numbers that you verified are texted and called.",
            "Upgrade it in Twilio's console: Billing.",
        )  # fmt: skip
    return _found("kind", "Kind of account", "green", "It is a full one.")


def at_once(facts: LineFacts) -> DoctorFinding | None:
    """A new account without an approved business profile may have two or three calls at a time."""
    account = _readable(facts)
    if account is None or account.profiles is None:
        return None
    if GOOD_PROFILE & set(account.profiles):
        return _a_second(facts.people.at_once)
    needed = facts.people.at_once + 1
    return _found(
        "at_once", "Calls at once", "amber",
        f"No business profile is approved: Twilio may hold you to two or three calls at a time, and one caller with a "
        f"wave of {facts.people.at_once} phones is {needed}.",
        "Get a profile approved (Trust Hub, Customer Profiles), or write ringing: one by one in lines.yaml.",
    )  # fmt: skip


def _a_second(phones: int) -> DoctorFinding:
    """Twilio tells nobody how many calls it begins a second for this account: one, until somebody raises it."""
    title, said = "Calls at once", "Its business profile is approved."
    if phones > SECONDS_OF_A_WAVE:
        return _found(
            "at_once", title, "amber",
            f"{said} Twilio begins one call a second until you raise that: the last of a wave of {phones} phones rings "
            f"{phones - 1} seconds after the first.",
            "Raise it in Twilio's console (Voice, Settings: calls per second), or write fewer phones into at_once in"
            " lines.yaml.",
        )  # fmt: skip
    return _found("at_once", title, "green", said)


def balance(facts: LineFacts) -> DoctorFinding | None:
    """An empty account sends nothing."""
    account = _readable(facts)
    if account is None or account.balance is None:
        return None
    left, currency = account.balance
    said = f"{left:.2f} {currency} are left."
    if left <= 0:
        return _found("balance", "Balance", "red", said, "Pay in at Twilio: nothing is sent until then.")
    if left < LITTLE:
        return _found("balance", "Balance", "amber", said, "Pay in, and switch automatic recharge on: Billing.")
    return _found("balance", "Balance", "green", said)


def number(facts: LineFacts) -> DoctorFinding | None:
    """Whether the line's number is the account's, and takes what the line takes."""
    account = _readable(facts)
    if account is None or not account.numbers_known:
        return None
    found = account.number
    if found is None:
        return _found(
            "number", "Number", "red", f"{facts.number} is none of this account's.",
            "Correct CHECKIN_LINE_NUMBER, or run: checkin setup",
        )  # fmt: skip
    missing = [what for what, can in (("calls", found.voice), ("texts", found.texts)) if not can]
    if missing:
        said = f"It takes no {' and no '.join(missing)}."
        return _found("number", "Number", "red", said, "Choose one that takes calls and texts: checkin setup --buy")
    if found.elsewhere:
        return _found(
            "number", "Number", "red", f"It is handed to {found.elsewhere}, which goes before its addresses.",
            "Take that off in Twilio's console: Phone Numbers, the number, Configure.",
        )  # fmt: skip
    return _found("number", "Number", "green", f"{found.number} takes calls and texts.")


def addresses(facts: LineFacts) -> DoctorFinding | None:
    """Whether Twilio brings texts and calls here, by POST."""
    account = _readable(facts)
    if account is None or account.number is None:
        return None
    wanted = {name: facts.public_url + path for name, path in ADDRESSES.items()}
    wrong = [SAID[name] for name, url in wanted.items() if account.number.addresses.get(name) != url]
    wrong += [f"{SAID[name]} (not by POST)" for name in account.number.not_posted if name in SAID]
    service = account.service
    if service and not service.on_number and service.addresses.get("inbound_request_url") != wanted["sms_url"]:
        wrong.append(f'texts of the messaging service "{service.name}"')
    if wrong:
        color: Color = "amber" if wrong == ["how calls ended"] else "red"
        return _found(
            "addresses", "Where it leads", color, f"These do not come to this line: {', '.join(wrong)}.",
            "Run: checkin setup",
        )  # fmt: skip
    return _found("addresses", "Where it leads", "green", "Texts, calls and their ends come to this line.")


def fallback(facts: LineFacts) -> DoctorFinding | None:
    """Whether something answers while we are down, for what comes in and for calls that we place."""
    account = _readable(facts)
    if account is None or account.number is None:
        return None
    led = [account.number.addresses.get(name, "") for name in ("sms_fallback_url", "voice_fallback_url")]
    service = account.service
    if service and not service.on_number:
        led[0] = service.addresses.get("fallback_url", "")
    missing = [what for what, url in zip(("texts", "calls"), led, strict=True) if not url]
    missing += [] if facts.fallback_url else ["calls that we place"]
    if missing:
        return _found(
            "fallback", "When this is down", "red" if "calls" in missing or "texts" in missing else "amber",
            f"Nothing answers {', '.join(missing)} then: people would hear an error, or nothing.", "Run: checkin setup",
        )  # fmt: skip
    if any(url.startswith(facts.public_url) for url in led):
        return _found(
            "fallback", "When this is down", "red", "What is to answer then stands on this very machine.",
            "Run: checkin setup, which puts it at Twilio.",
        )  # fmt: skip
    if account.fallback is not None and not account.fallback.published:
        return _found(
            "fallback", "When this is down", "red", "The Studio flow is a draft, which answers nobody.",
            "Run: checkin setup",
        )  # fmt: skip
    return _found("fallback", "When this is down", "green", "Texts and calls are answered with the crisis number.")


def registration(facts: LineFacts) -> DoctorFinding | None:
    """Texts in the US need a campaign (10DLC), or a toll-free verification."""
    account = _readable(facts)
    if account is None or account.number is None or not account.number.number.startswith("+1"):
        return None
    if is_toll_free(account.number.number):
        return _toll_free(account)
    if account.service is None and account.services_known:
        return _found(
            "registration", "Registration", "red",
            "The number is in no messaging service, so in no campaign: carriers throw texts to the US away (30034).",
            "Register a brand and a campaign (A2P 10DLC) and add the number: docs/going-live.md says how.",
        )  # fmt: skip
    if account.campaigns is None:
        return None
    if "VERIFIED" in account.campaigns:
        return _found("registration", "Registration", "green", "Its 10DLC campaign is verified.")
    if account.campaigns and "FAILED" not in account.campaigns:
        return _found(
            "registration", "Registration", "amber", "Its 10DLC campaign is being looked at: texts may be thrown away.",
            "Wait for Twilio's answer; calls work meanwhile.",
        )  # fmt: skip
    said = "Its 10DLC campaign was refused." if account.campaigns else "Its messaging service has no 10DLC campaign."
    return _found(
        "registration", "Registration", "red", f"{said} Carriers throw texts to the US away.",
        "Register it (docs/going-live.md has sample texts).",
    )  # fmt: skip


def _toll_free(account: AccountFacts) -> DoctorFinding | None:
    if "toll_free" in account.unread:
        return None
    match account.toll_free:
        case "TWILIO_APPROVED":
            return _found("registration", "Registration", "green", "The toll-free number is verified.")
        case "PENDING_REVIEW" | "IN_REVIEW":
            return _found(
                "registration", "Registration", "amber", "Its verification is still being looked at (30032).",
                "Wait for Twilio's answer; calls work meanwhile.",
            )  # fmt: skip
        case other:
            said = "Its verification was refused." if other else "Nobody has asked for its verification."
            return _found(
                "registration", "Registration", "red", f"{said} Carriers throw its texts away (30032).",
                "Ask for it in Twilio's console: docs/going-live.md has sample texts.",
            )  # fmt: skip


def service(facts: LineFacts) -> DoctorFinding | None:
    """The messaging service that lines.yaml names must have the number."""
    account = _readable(facts)
    if account is None or not account.services_known or facts.service is None:
        return None
    if account.service is None or account.service.sid != facts.service:
        return _found(
            "service", "Messaging service", "red", "sending.service in lines.yaml names one that has not this number.",
            "Add the number to its senders, or correct sending.service.",
        )  # fmt: skip
    return _found("service", "Messaging service", "green", "The number is one of its senders.")


def emergency(facts: LineFacts) -> DoctorFinding | None:
    """Who calls 911 from a number without an address pays, and is not found."""
    account = _readable(facts)
    if account is None or account.number is None or not account.number.number.startswith("+1"):
        return None
    if account.number.emergency_address:
        return _found("emergency", "Emergency address", "green", "The number has one.")
    return _found(
        "emergency", "Emergency address", "amber",
        "The number has none. The line never calls 911 itself; Twilio asks for one all the same.",
        "Add one in Twilio's console: Phone Numbers, the number, Emergency Calling.",
    )  # fmt: skip


def permissions(facts: LineFacts) -> DoctorFinding | None:
    """Volunteers and contacts are called in the line's countries."""
    account = _readable(facts)
    if account is None or not account.may_call:
        return None
    closed = [country for country, allowed in account.may_call.items() if not allowed]
    if closed:
        return _found(
            "permissions", "Where it may call", "red", f"Calls to {', '.join(closed)} are not allowed.",
            "Allow them in Twilio's console: Voice, Settings, Geo permissions.",
        )  # fmt: skip
    return _found("permissions", "Where it may call", "green", f"{', '.join(account.may_call)}.")


def unread(facts: LineFacts) -> DoctorFinding | None:
    """What could not be asked is no green."""
    account = _readable(facts)
    if account is None or not account.unread:
        return None
    return _found(
        "unread", "Not asked", "amber", f"Twilio did not tell: {', '.join(sorted(account.unread))}.",
        "Run checkin doctor again; where it stays, look in Twilio's console.",
    )  # fmt: skip


CHECKS: tuple[Callable[[LineFacts], DoctorFinding | None], ...] = (
    credentials, kind, balance, number, addresses, fallback, registration, service, at_once, permissions, emergency,
    unread,
)  # fmt: skip

NOT_FOR_PRACTICE = (fallback, registration, at_once, emergency)
"""What nobody needs who only practices."""


def _readable(facts: LineFacts) -> AccountFacts | None:
    """The account when its token opened it: everything else would only say the same again."""
    return facts.account if facts.account is not None and facts.account.state is not None else None


def _found(check: str, title: str, color: Color, said: str, todo: str = "") -> DoctorFinding:
    return DoctorFinding(check, title, color, said, todo)
