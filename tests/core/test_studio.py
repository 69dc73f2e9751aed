"""Oda's group has a flow in Twilio Studio. It becomes one of ours, and she is told what did not."""

from __future__ import annotations

import json

import pytest

from flows.checks.checker import about_flows
from flows.importers.studio.conversion import convert
from flows.importers.studio.export import StudioError, read_export
from flows.loading import build
from tests.core.seeded import files
from tests.core.studio_flows import imported, library_of, small, told, way, widget
from tests.core.talk import Talk

# --- a hotline that answers calls -------------------------------------------------------------------------


def test_a_menu_of_keys_becomes_one_question() -> None:
    library, _ = library_of(imported("hotline"))
    menu = library.flows["hotline"].step("main_menu")

    assert {name: choice.key for name, choice in menu.choices.items()} == {
        "talk_with_somebody": "1", "leave_a_message": "2", "our_opening_hours": "3",
    }  # fmt: skip
    assert menu.then["leave_a_message"] == "take_message"
    assert menu.wait.voice.total_seconds() == 6
    assert menu.invalid.text["en"] == "Sorry, that is not one of the options."


def test_ben_calls_the_imported_line_and_reaches_the_message() -> None:
    library, _ = library_of(imported("hotline"))
    talk = Talk(library, "voice", flow="hotline").starts()

    assert "Thank you for calling" in talk.said
    assert "To leave a message, press 2." in talk.said
    assert "Please leave your message." in talk.presses("2").said
    assert "Good-bye" in talk.records().said


def test_silence_that_studio_forgot_ends_the_call_kindly() -> None:
    library, _ = library_of(imported("hotline"))
    talk = Talk(library, "voice", flow="hotline").starts()
    for _ in range(3):
        talk.is_silent()

    assert talk.position.ended == "no_reply"


def test_what_was_forgotten_is_added_and_told() -> None:
    made = imported("hotline")

    added = [f"{item.place}: {item.text}" for item in made.report.of("added")]
    assert "main_menu: `timeout` was asked again without end: silence leads to `quiet`" in added
    assert "take_message: `hangup` wasn't connected: it leads to `gone`" in added
    assert any(line.startswith("ring_peers: what happens when nobody comes") for line in added)
    assert told(made, "left out") == {"old_greeting": "say-play: nothing that was turned leads here"}


def test_check_refuses_the_flow_until_its_stubs_are_written() -> None:
    made = imported("hotline")
    _, findings = library_of(made)

    stubs = [finding for finding in findings if finding.code == "E210"]
    assert set(told(made, "stub")) == {"is_blocked", "check_blocked", "tell_team"}
    assert len(stubs) == 3
    text = made.files["hotline.yaml"]
    assert [text.splitlines()[stub.line - 1].strip()[:12] for stub in stubs] == ['note: "stub:'] * 3
    unread = [finding for finding in findings if finding.code == "W212"]
    assert len(unread) == text.count('note: "review:')

    written = "\n".join(line for line in text.splitlines() if not line.strip().startswith("note:"))
    library, _ = build({**files(), "hotline.yaml": written})
    assert {flow.code for flow in about_flows(library) if flow.file == "hotline.yaml"} <= {"W210", "M403"}


def test_no_number_of_anybody_comes_along() -> None:
    made = imported("hotline")

    assert "5555501" not in made.files["hotline.yaml"] + made.report.markdown("hotline")


# --- a survey by text ---------------------------------------------------------------------------------------


def test_ana_answers_the_imported_survey() -> None:
    library, _ = library_of(imported("survey"))
    talk = Talk(library, flow="survey").starts()

    assert "How was the Tuesday group?" in talk.said
    assert "Shall somebody call" in talk.texts("bad").said
    assert library.flows["survey"].step("ask_call").yes_no
    assert "Thank you." in talk.texts("no").said


def test_variables_and_waits_come_along() -> None:
    flow = library_of(imported("survey"))[0].flows["survey"]

    assert flow.title == "After the meeting"
    assert flow.step("remember").set == {"group": "Tuesday", "asked": 1}
    assert flow.step("ask_how").wait.sms.total_seconds() == 7200
    assert flow.vars["ask_more_answer"].sensitive, "what they wrote and nothing repeats is nobody's to read"
    assert not flow.vars["ask_how_answer"].sensitive


def test_the_contacts_number_is_taken_out_and_told() -> None:
    made = imported("survey")

    assert "trigger.message.From" in told(made, "review")["ask_call"]
    assert 'ask: "Sorry to hear it. Shall somebody call ?"' in made.files["survey.yaml"]


def test_a_subflow_becomes_a_flow_once_it_is_known_which() -> None:
    sid = "FW00000000000000000000000000000002"
    assert "--subflow" in told(imported("survey"), "stub")["call_back"]

    made = imported("survey", **{sid: "other"})
    step = library_of(made)[0].flows["survey"].step("call_back")
    assert (step.flow, step.then) == ("other", {"finished": "thanks"})
    assert step.give == {"group": "{{ group | default: '' }}"}
    assert told(made, "stub") == {}


# --- single widgets -----------------------------------------------------------------------------------------


def test_texts_and_calls_that_begin_apart_become_two_flows() -> None:
    trigger = widget("Trigger", "trigger", way("incomingMessage", "hi"), way("incomingCall", "hello"))
    states = [trigger, widget("hi", "send-message", body="Hi."), widget("hello", "say-play", say="Hello.")]
    made = convert(read_export(json.dumps({"states": states, "initial_state": "Trigger"})), "both")

    assert made.answers == {"sms": "both_texts", "voice": "both_calls"}
    assert set(made.files) == {"both_texts.yaml", "both_calls.yaml"}
    library_of(made)


def test_a_text_in_a_call_is_sent_beside_it() -> None:
    made = small(widget("link", "send-message", body="Our address."), event="incomingCall")

    assert library_of(made)[0].flows["small"].step("link").via == "sms"


def test_a_queue_and_a_redirect_and_flex_reach_people() -> None:
    made = small(
        widget("queue", "enqueue-call", way("failedToEnqueue", "hand"), way("callComplete", "out")),
        widget(
            "out", "add-twiml-redirect", way("return", "hand"), way("timeout"), way("fail"), url="https://example.org"
        ),
        widget("hand", "send-to-flex"),
        event="incomingCall",
    )
    flow = library_of(made)[0].flows["small"]

    assert flow.step("queue").then["busy"] == "hand"
    assert flow.step("out").verb == flow.step("hand").verb == "handover"


def test_a_recording_that_is_played_is_a_stub_with_what_to_do() -> None:
    made = small(widget("tune", "say-play", play="https://example.org/hello.mp3"), event="incomingCall")

    assert "`clips`" in told(made, "stub")["tune"]


def test_a_web_request_keeps_both_of_its_ways() -> None:
    made = small(
        widget("ask_web", "make-http-request", way("success", "yes"), way("failed", "no")),
        widget("yes", "send-message", body="It went well."), widget("no", "send-message", body="It did not."),
    )  # fmt: skip
    flow = library_of(made)[0].flows["small"]

    assert [arm.to for arm in flow.step("ask_web").branch] == ["yes", "no"]
    assert "W202" not in {finding.code for finding in library_of(made)[1] if finding.file == "small.yaml"}


def test_a_flow_that_we_begin_needs_a_consent() -> None:
    made = small(
        widget("dial", "make-outgoing-call", way("answered", "hello"), way("busy")),
        widget("hello", "say-play", say="Hello."), event="incomingRequest",
    )  # fmt: skip

    assert library_of(made)[0].flows["small"].needs_consent == "imported"
    assert "consent" in told(made, "added")["Trigger"]


def test_a_split_on_a_variable_becomes_a_branch() -> None:
    made = small(
        widget("set", "set-variables", way("next", "look"), variables=[{"key": "tries", "value": "2"}]),
        widget("look", "split-based-on", way("noMatch"),
               way("match", "much", about="{{flow.variables.tries}}", type="greater_than", value="2"),
               way("match", "none", about="{{flow.variables.tries}}", type="is_blank", value=""), input=""),
        widget("much", "send-message", body="Much."), widget("none", "send-message", body="None."),
    )  # fmt: skip
    branch = library_of(made)[0].flows["small"].step("look").branch

    assert [arm.condition for arm in branch] == ["tries > 2", "tries == nil or tries == blank", None]


def test_widgets_with_names_that_are_alike_stay_apart() -> None:
    made = small(
        widget("Say Hello!", "send-message", way("sent", "say-hello"), body="One."),
        widget("say-hello", "send-message", way("sent", "1st"), body="Two."),
        widget("1st", "send-message", way("sent", "sorry"), body="Three."),
        widget("sorry", "send-message", body="Four."),
    )

    assert Talk(library_of(made)[0], flow="small").starts().said == "One.\nTwo.\nThree.\nFour."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no JSON (line 1"), ("{", "no JSON (line 1"), ("[]", "JSON object"), ("7", "JSON object"),
        ("{}", "`states` is missing"), ('{"states": []}', "states"), ('{"states": 3}', "states"),
        ('{"states": [{"type": "x"}]}', "states.0.name"), ('{"states": [{"name": "a", "type": "b"}]}', "'Trigger'"),
        ('{"states": [{"name": "a", "type": "b"}, {"name": "a", "type": "b"}]}', "two widgets"),
        ('{"states": [{"name": "Trigger", "type": "trigger"}]}', "nothing is connected"),
        ("[" * 100_000, "deep"), ("9" * 5000, "too long"), (" " * (4 * 1024 * 1024 + 1), "larger than 4 MB"),
    ],
)  # fmt: skip
def test_what_is_no_flow_is_said(text: str, says: str) -> None:
    with pytest.raises(StudioError, match=r".") as raised:
        convert(read_export(text), "x")
    assert says in str(raised.value)
