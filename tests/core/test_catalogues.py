"""The line learns French from a file that a translator sends back."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.catalogues.maintenance import extract, missing, update
from flows.catalogues.pofile import Unreadable, parse, write
from flows.checks.checker import about_flows
from flows.engine.position import Fallback, counted, fell_back
from flows.loading import build, load
from flows.model.catalogue import language_of, path_of
from flows.parsing import restore
from tests.core.seeded import CARE, SHIPPED, files
from tests.core.talk import Talk
from tests.examples import examples

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
FRENCH = path_of("fr")


def translated(text: str, words: dict[str, str]) -> str:
    """The catalogue, filled in by a translator."""
    catalog = parse(text)
    for message in catalog:
        if message.id in words:
            message.string = words[str(message.id)]
    return write(catalog)


@pytest.fixture
def library():
    made, _ = build(files())
    assert made is not None
    return made


@pytest.fixture
def french(library) -> str:
    return translated(extract(library, "fr", NOW), {"Take care.": "Prenez soin de vous.", "a story": "un récit"})


def test_a_round_trip_what_was_extracted_and_translated_is_said(library, french) -> None:
    made, found = build(files(), translations={FRENCH: french})

    assert found == []
    flow = made.flows["care"]
    assert flow.step("bye").say.text == {"en": "Take care.", "es": "Hasta pronto.", "fr": "Prenez soin de vous."}
    assert flow.step("menu").choices["first"].label.text["fr"] == "un récit"
    assert "fr" not in flow.step("hello").say.text, "what is not translated is not made up"


def test_every_string_survives_writing_and_reading(library) -> None:
    every = load(SHIPPED)
    text = extract(every, "fr", NOW)
    words = {str(item.id): f"« {item.id} »" for item in parse(text) if item.id}

    again = {str(item.id): str(item.string) for item in parse(translated(text, words)) if item.id}

    assert len(words) > 50
    assert again == words


def test_a_catalogue_names_flow_step_and_slot(library) -> None:
    every = {item.context for item in parse(extract(library, "fr", NOW)) if item.id}
    contexts = {name for name in every if name.startswith("care/")}

    assert {"care/hello/say", "care/mood/ask", "care/menu/choices.first.label", "care/leave/record"} <= contexts
    assert not any("quiet" in name or "check_ins" in name for name in contexts), "names are no wording"


def test_a_step_without_an_id_keeps_its_words_when_another_is_put_above_it(library) -> None:
    care = CARE.replace("  - id: bye\n    say:", "  - say:").replace("bye", "plan")
    nameless = files(care=care)
    french = translated(extract(build(nameless)[0], "fr", NOW), {"Take care.": "Prenez soin de vous."})
    moved = files(care=care.replace("steps:\n", 'steps:\n  - say: {en: "One more.", es: "Uno más."}\n'))

    made, _ = build(moved, translations={FRENCH: french})

    assert "Prenez soin de vous." in made.flows["care"].definition


def test_what_is_translated_in_the_flow_is_not_asked_for_and_wins(library) -> None:
    spanish = extract(library, "es", NOW)
    assert "Take care." not in spanish

    mine = 'msgid ""\nmsgstr ""\n\nmsgctxt "care/bye/say"\nmsgid "Take care."\nmsgstr "Cuídese."\n'
    made, _ = build(files(), translations={path_of("es"): mine})

    assert made.flows["care"].step("bye").say.text["es"] == "Hasta pronto."
    assert made.flows["care"].hash == library.flows["care"].hash, "an entry that is not used is no new version"


def test_words_of_a_catalogue_make_another_version_and_are_kept_with_it(library, french) -> None:
    made, _ = build(files(), translations={FRENCH: french})
    before, flow = library.flows["care"], made.flows["care"]

    assert flow.hash != before.hash
    assert made.flows["other"].hash == library.flows["other"].hash, "nothing of it is translated yet"
    kept = restore(flow.definition)
    assert kept.hash == flow.hash
    assert kept.step("bye").say.text["fr"] == "Prenez soin de vous."
    assert "catalogues" not in json.loads(before.definition), "flows without catalogs keep the hash they had"


def test_ana_is_written_to_in_french_where_there_is_french(french) -> None:
    made, _ = build(files(), translations={FRENCH: french})
    talk = Talk(made, language="fr").starts()

    assert "Hi, this is Harbor Line." in talk.said
    assert {fallback.wanted for fallback in talk.last.fallbacks} == {"fr"}
    assert {fallback.spoken for fallback in talk.last.fallbacks} == {"en"}
    assert talk.last.fallbacks[0].flow == "care"


def test_nobody_is_counted_who_hears_their_own_language(library) -> None:
    talk = Talk(library, language="es-MX").starts()

    assert "Hola" in talk.said
    assert talk.last.fallbacks == ()


def test_a_region_is_no_other_language() -> None:
    assert not fell_back("es-MX", "es")
    assert fell_back("fr", "en")
    twice = [Fallback("care", "bye", "fr", "en"), Fallback("care", "hello", "fr", "en")]
    assert counted(twice) == {("fr", "en"): 2}


# --- keeping a catalogue up to date -----------------------------------------------------------------------


def entries(text: str) -> dict[str, tuple[str, bool]]:
    return {str(item.id): (str(item.string), item.fuzzy) for item in parse(text) if item.id}


def updated(french: str, **changed: str) -> str:
    return update(french, build(files(**changed))[0], "fr", NOW)


def test_an_update_without_changes_changes_nothing(library, french) -> None:
    assert updated(french) == french


def test_changed_words_keep_their_translation_as_a_guess_that_is_not_said(french) -> None:
    care = CARE.replace("Take care.", "Take good care.")
    text = updated(french, care=care)

    assert entries(text)["Take good care."] == ("Prenez soin de vous.", True)
    assert '#| msgid "Take care."' in text
    made, _ = build(files(care=care), translations={FRENCH: text})
    assert "fr" not in made.flows["care"].step("bye").say.text


def test_a_renamed_step_keeps_its_translation(french) -> None:
    care = re.sub(r"\bbye\b", "farewell", CARE)

    assert entries(updated(french, care=care))["Take care."] == ("Prenez soin de vous.", False)


def test_what_is_no_longer_said_is_kept_and_comes_back(french) -> None:
    without = updated(french, care=CARE.replace('{en: "Take care.", es', '{en: "{{ org.name }}", es'))
    assert "Take care." not in entries(without)
    assert '#~ msgstr "Prenez soin de vous."' in without

    assert entries(updated(without))["Take care."] == ("Prenez soin de vous.", False)


def test_a_translators_remark_stays(french) -> None:
    place = 'msgctxt "care/bye/say"'
    note = "#. How are you: said\n"
    remarked = french.replace(f"{note}{place}", f"# formal\n{note}{place}")
    assert remarked != french

    assert "# formal\n" in updated(remarked)


# --- checking it ------------------------------------------------------------------------------------------


def test_what_is_missing_is_told_at_its_line(library, french) -> None:
    made, _ = build(files(), translations={FRENCH: french})
    found = list(missing(made.catalogues["fr"], made))

    told = next(item for item in found if "care/hello/say" in item.text)
    assert (told.code, told.severity, told.file) == ("L501", "warning", FRENCH)
    assert french.splitlines()[told.line - 1].startswith('msgid "Hi, this is')
    assert not any("care/bye/say" in item.text for item in found)


def test_a_hole_that_was_lost_in_translation_is_an_error_at_the_line_of_the_catalogue(library) -> None:
    text = extract(library, "fr", NOW)
    greeting = "Hi, this is {{ org.name }}. STOP ends these texts."
    made, _ = build(files(), translations={FRENCH: translated(text, {greeting: "Bonjour, {{ contact.name }}."})})

    found = [flow for flow in about_flows(made) if flow.code == "L502"]

    assert [(item.file, item.severity) for item in found] == [(FRENCH, "error")]
    assert "lack org.name and have contact.name more" in found[0].text


def test_a_hole_that_was_broken_in_translation_stops_the_flow_at_the_line_of_the_catalogue(library) -> None:
    text = extract(library, "fr", NOW)
    made, found = build(files(), translations={FRENCH: translated(text, {"Take care.": "Bon {{ courage."})})

    assert made is None
    assert [(finding.file, finding.code) for finding in found] == [(FRENCH, "X601")]


def test_an_entry_that_belongs_to_nothing_is_told(library, french) -> None:
    made, _ = build(files(care=CARE.replace("Take care.", "Bye now.")), translations={FRENCH: french})
    found = [item for item in missing(made.catalogues["fr"], made) if item.severity == "info"]

    assert ["care/bye/say" in item.text for item in found] == [True]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('msgctxt "care/bye/say"\nmsgid "Take care."\n', "missing msgstr"),
        ('"lost"\n', "line starting with"),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n', "plural"),
        ("x" * (2 * 1024 * 1024 + 1), "larger"),
        ("hello: world\n", "keyword"),
    ],
)
def test_a_broken_catalogue_is_said(text: str, says: str) -> None:
    made, found = build(files(), translations={FRENCH: text})

    assert made is None
    assert [(finding.file, finding.code) for finding in found] == [(FRENCH, "Y001")]
    assert says in found[0].text


@given(st.text(alphabet='msgidctxr "\\\n#~,|[0]{}é', max_size=300))
@settings(max_examples=examples(300), deadline=None)
def test_any_text_is_a_catalogue_or_a_clear_refusal(text: str) -> None:
    try:
        catalog = parse(text)
    except Unreadable:
        return
    assert {str(item.id) for item in parse(write(catalog))} >= {str(item.id) for item in catalog if item.id}


def test_folders_are_named_as_gettext_names_them() -> None:
    assert path_of("pt-BR") == "locale/pt_BR/LC_MESSAGES/flows.po"
    assert language_of("locale/pt_BR/LC_MESSAGES/flows.po") == "pt-BR"
    assert language_of("locale/elsewhere/LC_MESSAGES/flows.po") is None
    assert build(files(), translations={"locale/nowhere/LC_MESSAGES/flows.po": ""})[0] is None


def test_a_folder_is_read_with_its_catalogues(tmp_path: Path, french: str) -> None:
    for name, text in files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / FRENCH).parent.mkdir(parents=True)
    (tmp_path / FRENCH).write_text(french, encoding="utf-8")
    assert load(tmp_path).flows["care"].step("bye").say.text["fr"] == "Prenez soin de vous."

    (tmp_path / FRENCH).write_bytes(b"\xff\xfe")
    with pytest.raises(Exception, match=r"flows\.po:1:1 Y001"):
        load(tmp_path)
