"""Only Twilio's signature opens the door, and nothing that is sent makes the check itself fall over."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from checkin.telephony.signature import Signatures

URL = "https://line.example.org"
TOKEN = "first-token"
OTHER = "second-token"
FORM = MultiDict([("From", "+15555550111"), ("Body", "hello & ñ 😀"), ("Empty", ""), ("AccountSid", "AC1")])
SHA256 = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"


def sign(url: str, form: MultiDict[str, str], token: str = TOKEN, digest: str = "sha1") -> str:
    """Twilio's scheme, written from its description: the address, then each name and value in order of name."""
    words = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), words.encode(), digest).digest()).decode()


@pytest.fixture
def signatures() -> Signatures:
    return Signatures(URL, (TOKEN, OTHER))


def test_what_twilio_signed_is_let_in(signatures: Signatures) -> None:
    assert signatures.allow("/webhooks/sms", "", FORM, sign(URL + "/webhooks/sms", FORM))


def test_the_query_counts_to_the_byte(signatures: Signatures) -> None:
    signature = sign(URL + "/webhooks/voice/turn/3?silent=1&x=%2B%20a", FORM)

    assert signatures.allow("/webhooks/voice/turn/3", "silent=1&x=%2B%20a", FORM, signature)
    assert not signatures.allow("/webhooks/voice/turn/3", "silent=1&x=%2b%20a", FORM, signature)
    assert not signatures.allow("/webhooks/voice/turn/3", "silent=1&x=%2B+a", FORM, signature)


def test_while_tokens_change_both_are_good(signatures: Signatures) -> None:
    assert signatures.allow("/a", "", FORM, sign(URL + "/a", FORM, OTHER))
    assert not signatures.allow("/a", "", FORM, sign(URL + "/a", FORM, "third-token"))


def test_the_newer_algorithm_is_good_when_it_is_named(signatures: Signatures) -> None:
    signature = sign(URL + "/a", FORM, digest="sha256")

    assert signatures.allow("/a", "", FORM, signature, SHA256)
    assert not signatures.allow("/a", "", FORM, signature)
    assert not signatures.allow("/a", "", FORM, sign(URL + "/a", FORM), SHA256)
    assert not signatures.allow("/a", "", FORM, signature, "key=x,algorithm=HMAC_MD5")
    assert not signatures.allow("/a", "", FORM, signature, "algorithm=none")


def test_what_a_stranger_calls_the_algorithm_is_not_written_to_our_log(
    signatures: Signatures, caplog: pytest.LogCaptureFixture
) -> None:
    assert not signatures.allow("/a", "", FORM, sign(URL + "/a", FORM), "algorithm=call +15555550111")
    assert caplog.text == ""


def test_a_port_that_a_proxy_adds_or_drops_does_not_matter() -> None:
    signatures = Signatures(URL, (TOKEN,))

    assert signatures.allow("/a", "", FORM, sign(URL + ":443/a", FORM))
    assert Signatures(URL + ":8443", (TOKEN,)).allow("/a", "", FORM, sign(URL + ":8443/a", FORM))
    assert not signatures.allow("/a", "", FORM, sign(URL + ":8443/a", FORM))


@pytest.mark.parametrize("signature", [None, "", " ", "x", "ünï", "=" * 28, hashlib.sha1(b"").hexdigest(), "\x00"])
def test_no_signature_or_a_made_up_one_stays_out(signatures: Signatures, signature: str | None) -> None:
    assert not signatures.allow("/a", "", FORM, signature)


@pytest.mark.parametrize(
    "other",
    ["http://line.example.org/a", "https://line.example.org/a/", "https://evil.test/a", "https://line.example.org/b"],
)
def test_a_signature_for_another_address_stays_out(signatures: Signatures, other: str) -> None:
    assert not signatures.allow("/a", "", FORM, sign(other, FORM))


def test_a_changed_added_or_missing_parameter_stays_out(signatures: Signatures) -> None:
    signature = sign(URL + "/a", FORM)

    for name, value in (("Body", "bye"), ("Extra", "1"), ("From", "+15555550112")):
        changed = MultiDict(FORM)
        changed[name] = value
        assert not signatures.allow("/a", "", changed, signature)
    fewer = MultiDict(FORM)
    del fewer["Body"]
    assert not signatures.allow("/a", "", fewer, signature)


@pytest.mark.parametrize("body", ['{"a": 1}', b"x", None, 3, {}, []])
def test_anything_but_a_form_stays_out(signatures: Signatures, body: object) -> None:
    assert not signatures.allow(
        "/a", "bodySHA256=" + hashlib.sha256(b"x").hexdigest(), body, sign(URL + "/a", MultiDict())
    )


@pytest.mark.parametrize("tokens", [(), ("",), (TOKEN, "")])
def test_an_empty_token_is_not_started_with(tokens: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="TWILIO_AUTH_TOKEN"):
        Signatures(URL, tokens)


@given(
    st.text(st.characters()),
    st.text(st.characters()),
    st.dictionaries(st.text(st.characters()), st.text(st.characters())),
    st.text(),
    st.text(),
)
def test_nothing_makes_it_raise(path: str, query: str, form: dict[str, str], signature: str, settings: str) -> None:
    assert not Signatures(URL, (TOKEN,)).allow(path, query, MultiDict(form), signature, settings)
