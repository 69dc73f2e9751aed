"""One call through the door, as the network makes it: signed requests, and what the documents say is done next."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree

from flask import Flask
from twilio.request_validator import RequestValidator

from tests import make
from tests.cast import LINE
from tests.the_line import TheLine

FORGED, FROM_ABROAD = "TN-Validation-Failed-C", None
VERDICTS = {
    "forged": FORGED,
    "from abroad": FROM_ABROAD,
    "empty": "",
    "B": "TN-Validation-Passed-B",
    "C": "TN-Validation-Passed-C",
    "passed on": "TN-Validation-Passed-A-Diverted",
    "passed through": "TN-Validation-Passed-A-Passthrough",
    "twice": "TN-Validation-Passed-A, TN-Validation-Passed-A",
    "with a space": "TN-Validation-Passed-A ",
    "none": "No-TN-Validation",
    "in small letters": "tn-validation-passed-a",
}
"""What the network says (StirVerstat) that is not its word that the number is the caller's own."""

_IDS = re.compile(r"[0-9a-f]{32,64}|(?<=[?&;])[es]=[^&\"<]*")


@dataclass
class Call:
    """Somebody calls the line, and the number that the line sees. `documents`: everything that they were answered."""

    line: TheLine
    app: Flask
    shows: str
    verdict: str | None = FORGED
    sid: str = field(default_factory=lambda: make.sid("CA"))
    documents: list[str] = field(default_factory=list)

    def begins(self) -> Call:
        """The greeting; nothing but this request has to say what the network thinks of the number."""
        self._post("/webhooks/voice", **({} if self.verdict is None else {"StirVerstat": self.verdict}))
        return self

    def does(self, *acts: str) -> Call:
        """Each in its turn: keys; `silence`; `waits` (the document runs on); `records`; anything else is said."""
        for act in acts:
            self._act(act)
        return self

    def hangs_up(self) -> None:
        """Put the phone down; the line does what is due then."""
        self._post("/webhooks/voice/status", CallStatus="completed", CallDuration="30")
        self.documents.pop()
        self.line.carries_out()

    @property
    def says(self) -> str:
        """What is being said now."""
        return " ".join(part.text or "" for part in ElementTree.fromstring(self.documents[-1]).iter("Say"))

    @property
    def seen(self) -> list[str]:
        """Every document, byte for byte, but for ids."""
        return [_IDS.sub("#", document) for document in self.documents]

    def _act(self, act: str) -> None:
        document = ElementTree.fromstring(self.documents[-1])
        verb = document.find("Gather") if act != "records" else document.find("Record")
        redirect = document.find("Redirect")
        if act in ("silence", "waits"):
            where = redirect.text if redirect is not None else None
        else:
            where = verb.get("action") if verb is not None else None
        if where is None:
            return  # they were hung up on
        if act == "records":
            form = {"RecordingSid": make.sid("RE"), "RecordingDuration": "12", "Digits": "#"}
        elif act in ("silence", "waits"):
            form = {}
        elif re.fullmatch(r"[0-9*#]+", act):
            form = {"Digits": act}
        else:
            form = {"SpeechResult": act}
        self._post(where.removeprefix("https://line.example"), **form)

    def _post(self, path: str, **form: str) -> None:
        form = {"CallSid": self.sid, "AccountSid": make.SID, "From": self.shows, "To": LINE, **form}
        form.setdefault("CallStatus", "in-progress")
        signature = RequestValidator("t" * 32).compute_signature(f"https://line.example{path}", form)
        response = self.app.test_client().post(
            path, data=form, base_url="https://line.example", headers={"X-Twilio-Signature": signature}
        )
        assert response.status_code == 200, response.status
        self.documents.append(response.get_data(as_text=True))
