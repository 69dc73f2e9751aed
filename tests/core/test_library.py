"""A library: what it holds, what it hands out, and how it changes without changing."""

from __future__ import annotations

import pytest

from checkin.telephony.voices import _VOICES
from flows.loading import build, findings, load, read
from flows.model.findings import FlowError
from flows.model.lines import complaint
from flows.parsing import parse_flow
from tests.core.small import DEFINITIONS, LINES, WORDS, faults, files, flow_text, library

KEYWORDS = "keywords: {en: {story: second, check in: first.over}, es: {historia: second}}"


def test_the_shipped_definitions_are_in_order():
    assert findings(DEFINITIONS) == []
    shipped = load(DEFINITIONS)
    assert set(shipped.flows) >= {"main_menu", "talk_to_peer", "check_in"}
    assert {flow.hash for flow in shipped.flows.values()} == set(shipped.versions)


def test_a_keyword_is_a_whole_text_in_any_case():
    lib = library(lines=KEYWORDS, second="- say: A story.")
    assert lib.entry("default", "sms", "Story!") == ("second", None)
    assert lib.entry("default", "sms", " CHECK  IN. ") == ("first", "over")
    assert lib.entry("default", "sms", "tell me a story") == ("first", None)
    assert lib.entry("default", "voice") == ("first", None)
    assert lib.keyword("default", "historia") == ("second", None, "es")
    assert lib.keyword("default", "hello") is None


def test_keywords_can_be_for_every_language():
    lib = library(lines="keywords: {story: second}", second="- say: A story.")
    assert lib.keyword("default", "STORY") == ("second", None, None)


def test_an_older_version_stays_for_those_who_began_with_it():
    lib = library("- say: Old words.")
    old = lib.flows["first"]
    new, _ = parse_flow(flow_text("- say: New words."), "first.yaml")
    later = lib.with_current([new])
    assert later.flows["first"] is new
    assert later.version(old.hash, "first") is old
    assert later.version("0" * 64, "first") is new, "a version that was lost gives way to the current one"
    assert lib.flows["first"] is old, "the library itself never changes"
    assert library("- say: New words.").with_versions([old]).flows["first"].hash == new.hash


def test_the_number_may_come_from_elsewhere():
    lib = library().with_number("default", "+15555550177")
    assert lib.lines["default"].number == "+15555550177"
    assert library().with_number("default", None).lines["default"].number is None
    with pytest.raises(ValueError, match="number"):
        library().with_number("default", "911")
    with pytest.raises(KeyError):
        library().with_number("other", "+15555550177")


def test_a_line_keeps_its_other_settings_with_another_number():
    lib = library(lines="relay: {limit: 3m, at_once: [1]}\nintroduction: Hello.").with_number("default", "+15555550177")
    line = lib.lines["default"]
    assert line.relay.limit.total_seconds() == 180
    assert line.relay.at_once == (1,)
    assert line.introduction is not None
    assert line.introduction.pick("sms", ["en"]).text == "Hello."


@pytest.mark.parametrize(("written", "waves"), [("2", (2,)), ("[2]", (2,)), ("[1, 2, 4]", (1, 2, 4))])
def test_how_many_phones_ring_at_once_is_one_number_or_one_for_each_wave(written, waves):
    assert library(lines=f"relay: {{at_once: {written}}}").lines["default"].relay.at_once == waves


@pytest.mark.parametrize("written", ["two", "0", "2.5", "[]", "[1, 0]", "{first: 2}", "true", "[1, 1, 1, 1, 1, 1, 1]"])
def test_anything_else_is_refused_in_plain_words(written):
    with pytest.raises(AssertionError, match="`at_once`: write how many phones ring together, like 3") as refused:
        library(lines=f"relay: {{at_once: {written}}}")
    assert "tuple" not in str(refused.value)


@pytest.mark.parametrize(
    ("lines", "code", "text"),
    [
        ("keywords: {story: nowhere}", "E103", "'nowhere'"),
        ("keywords: {story: first.nowhere}", "E103", "no step 'nowhere'"),
        ("person: nowhere", "E103", "'nowhere'"),
        ("fallback: +15555550199", "E101", "quotes"),
        ("relay: {limit: soon}", "E101", "'soon'"),
        ("countries: [USA]", "E101", "countries"),
        ("color: blue", "E101", "'color'"),
        ("voices: {en: Polly.Joana}", "E101", "did you mean 'Polly.Joanna'?"),
        ("voices: {es: Polly.Lupe-Neurel}", "E101", "'Polly.Lupe-Neural'"),
        ("voices: {en: Google.en-US-Neural-C}", "E101", "'Google.en-US-Neural2-C'"),
        ("voices: {en: Joanna}", "E101", "'Polly.Joanna'"),
        ("voices: {hi: Polly.Aditi-Neural}", "E101", "'Polly.Aditi'"),
        ("voices: {en: Nobody}", "E101", "such as 'Polly.Joanna-Neural'"),
        ('voice_number: "72345"', "E101", "voice_number"),
    ],
)
def test_a_wrong_setting_is_found_at_its_line(lines, code, text):
    found = faults(lines=lines)
    assert [(finding.code, finding.file) for finding in found] == [(code, "lines.yaml")]
    assert text in f"{found[0].text} {found[0].hint}"
    assert found[0].line == len(LINES.splitlines()) + 1


@pytest.mark.parametrize(
    "name",
    ["Polly.Joanna", "Polly.Ruth-Neural", "Polly.Céline", "Polly.Emma-Generative", "Google.es-US-Neural2-A",
     "Google.en-US-Chirp3-HD-Aoede", "woman"],
)  # fmt: skip
def test_a_voice_of_twilios_is_taken(name: str) -> None:
    assert library(lines=f"voices: {{en: {name}}}").lines["default"].voices == {"en": name}


def test_the_voices_that_we_choose_are_twilios() -> None:
    assert [value.name for value in _VOICES.values() if complaint(value.name)] == []


def test_a_short_code_may_be_a_lines_number_and_calls_have_another() -> None:
    texts_alone = library().with_number("default", "72345").lines["default"]
    assert (texts_alone.number, texts_alone.calls_by, texts_alone.numbers) == ("72345", None, ("72345",))
    both = library(lines='voice_number: "+15555550188"').with_number("default", "72345").lines["default"]
    assert (both.calls_by, both.numbers) == ("+15555550188", ("72345", "+15555550188"))
    ordinary = library().with_number("default", "+15555550177").lines["default"]
    assert (ordinary.calls_by, ordinary.numbers) == ("+15555550177", ("+15555550177",))


def test_a_line_without_a_crisis_number_is_refused():
    made, found = build({**files(), "lines.yaml": LINES.replace("FIRST", "first").replace('crisis_number: "988"', "")})
    assert made is None
    assert "crisis_number" in found[0].text


def test_two_lines_cannot_share_a_number():
    line = LINES.replace("FIRST", "first")
    twice = line + line.partition("lines:\n")[2].replace("default", "b")
    made, found = build({**files(), "lines.yaml": twice})
    assert made is None
    assert "two lines have the number" in found[0].text


def test_a_flow_for_texts_cannot_answer_calls():
    made, found = build({**files(), "first.yaml": flow_text("").replace("[sms, voice]", "[sms]")})
    assert made is None
    assert "isn't written for voice" in found[0].text


def test_words_that_are_missing_are_named():
    made, found = build({**files(), "words.yaml": WORDS.replace("      last_resort:", "      last_resorts:", 1)})
    assert made is None
    assert "'last_resort' is missing in en" in found[0].text
    made, found = build({name: text for name, text in files().items() if name != "words.yaml"})
    assert made is None
    assert (found[0].file, found[0].code) == ("words.yaml", "E103")


def test_a_folder_is_read_with_its_clips(tmp_path):
    for name, text in files("- say: {text: Welcome, audio: clips/welcome.en.mp3}").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(FlowError, match=r"first.yaml:\d+:\d+ E103"):
        load(tmp_path)
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "welcome.en.mp3").write_bytes(b"one")
    before = load(tmp_path)
    (tmp_path / "clips" / "welcome.en.mp3").write_bytes(b"two")
    assert load(tmp_path).flows["first"].hash != before.flows["first"].hash


def test_what_cannot_be_read_is_said(tmp_path):
    made, found = read(tmp_path / "nowhere")
    assert made is None
    assert "doesn't exist" in found[0].text
    (tmp_path / "first.yaml").write_bytes(b"\xff\xfe\x00")
    made, found = read(tmp_path)
    assert made is None
    assert "first.yaml" in {finding.file for finding in found}
