"""Steps that Studio does not ask for and that every flow here needs: silence, a hang-up, nobody there, a failure."""

from __future__ import annotations

from flows.importers.studio.draft import REVIEW, Step, StudioDraft

WORDS = {
    "en": {
        "nobody": "Nobody could come to the phone just now. Leave us a message and we will get back to you.",
        "thanks": "Thank you, we have it.",
        "person": "A person will look at this and get back to you.",
        "sorry": "Something went wrong on our side. A person will look at it.",
    },
    "es": {
        "nobody": "Ahora no hay nadie libre. Deje su mensaje y le vamos a responder.",
        "thanks": "Gracias, ya lo tenemos.",
        "person": "Una persona lo va a ver y le va a responder.",
        "sorry": "Algo ha fallado de nuestro lado. Una persona lo va a revisar.",
    },
}
"""In other languages the English words stand, to be translated."""


def added(draft: StudioDraft) -> list[Step]:
    """The steps that something leads to, at the end of the flow."""
    said = WORDS.get(draft.base, WORDS["en"])
    steps: list[Step] = []
    if "nobody" in draft.needs:
        steps += _message(draft, said)
    if "to_a_person" in draft.needs:
        steps += [
            _marked({"id": draft.need("to_a_person"), "say": said["person"]}, "words that are new here"),
            {"handover": {"to": "coordinators", "reason": "answers that weren't understood"}},
            {"end": "not_understood"},
        ]
    if "finish" in draft.needs:
        steps.append({"id": draft.need("finish"), "end": "done"})
    if "quiet" in draft.needs:
        quiet: Step = {"id": draft.need("quiet"), "end": "no_reply"}
        steps.append(_marked(quiet, "silence ends the conversation: is there anything to say or to plan?"))
    if "gone" in draft.needs:
        steps.append({"id": draft.need("gone"), "end": "hung_up"})
    draft.add("added", draft.need("sorry"), "what happens when anything of ours fails (`on_error`)")
    return [
        *steps,
        _marked({"id": draft.need("sorry"), "say": said["sorry"]}, "words that are new here"),
        {"handover": {"to": "coordinators", "priority": "soon", "reason": "an imported flow failed"}},
        {"end": "error"},
    ]


def _message(draft: StudioDraft, said: dict[str, str]) -> list[Step]:
    then = {"recorded": draft.ids.of("thanks after a message", "thanks"), "empty": draft.need("gone")}
    if draft.channel == "voice":
        then["hung_up"] = draft.need("gone")
    record: Step = {
        "id": draft.need("nobody"), "record": said["nobody"], "max": {"voice": "3m"}, "inbox": "coordinators",
        "then": then,
    }  # fmt: skip
    return [
        _marked(record, "nobody came: a message instead"),
        {"id": then["recorded"], "say": said["thanks"]},
        {"end": "message"},
    ]


def _marked(step: Step, reason: str) -> Step:
    return {**step, "note": f"{REVIEW}: {reason}"}
