"""Widgets that reach people: connect-call-to, enqueue-call, send-to-flex, record-voicemail, add-twiml-redirect."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flows.importers.studio.draft import Step, StudioDraft
from flows.importers.studio.export import State
from flows.model.durations import write_duration

CALLED = "volunteers aren't in the flow: enter them with `checkin volunteers add`, and the line finds who is on shift"
MOST_MINUTES = 10


def connect(draft: StudioDraft, state: State) -> list[Step]:
    """connect-call-to and enqueue-call: a `peer`. Studio has one way out; whether anybody came is five here."""
    done = draft.onward(state, "callCompleted", "callComplete")
    failed = draft.go(state, "failedToEnqueue", "callFailure") or draft.need("nobody")
    gone = draft.go(state, "hangup") or draft.need("gone")
    step: Step = {"id": draft.id(state), "peer": {}}
    seconds = state.whole("timeout")
    if state.type == "connect-call-to" and seconds:
        step["peer"] = {"ring": {"seconds": min(max(seconds, 5), 60)}}
    step["then"] = {"connected": done, "no_answer": failed, "busy": failed, "closed": failed, "hung_up": gone}
    if draft.needs.get("nobody") == failed:
        draft.add("added", state.name, f"what happens when nobody comes: it leads to `{failed}`")
    return [draft.mark(state, step, [], CALLED)]


def flex(draft: StudioDraft, state: State) -> list[Step]:
    """send-to-flex: a `handover`."""
    step: Step = {
        "id": draft.id(state),
        "handover": {"to": "coordinators", "reason": "from an imported flow"},
        "then": {"taken": draft.onward(state, "callComplete"), "queued": draft.onward(state, "callComplete")},
    }
    return [draft.mark(state, step, [], "the team's inbox is called coordinators here: name your own")]


def voicemail(draft: StudioDraft, state: State) -> list[Step]:
    """record-voicemail: a `record` that comes before the team."""
    done = draft.onward(state, "recordingComplete")
    then: dict[str, Any] = {"recorded": done, "empty": draft.go(state, "noAudio") or draft.need("finish")}
    if draft.channel == "voice":
        then["hung_up"] = draft.go(state, "hangup") or draft.need("gone")
    for outcome, event in (("empty", "noAudio"), ("hung_up", "hangup")):
        if outcome in then and not state.next(event):
            draft.add("added", state.name, f"`{event}` wasn't connected: it leads to `{then[outcome]}`")
    step: Step = {"id": draft.id(state), "record": "Please leave your message."}
    if seconds := state.whole("max_length"):
        longest = timedelta(seconds=min(max(seconds, 5), MOST_MINUTES * 60))
        step["max"] = {"voice": write_duration(longest)}
    step |= {"inbox": "coordinators", "then": then}
    return [draft.mark(state, step, [], "what is said before the tone is new: write it, or shorten the step before")]


def redirect(draft: StudioDraft, state: State) -> list[Step]:
    """add-twiml-redirect: the call went to a program of its own, most often one that looks for people."""
    onward = draft.onward(state, "return")
    step: Step = {
        "id": draft.id(state),
        "handover": {"to": "coordinators", "priority": "soon", "reason": "from an imported flow"},
        "then": {"taken": onward, "queued": onward},
    }
    why = "here the call left for a program of its own: a person takes over instead, until you write what it did"
    for event in ("timeout", "fail"):
        if state.next(event):
            draft.add("left out", state.name, f"`{event}`: nothing outside is asked anymore")
    return [draft.mark(state, step, [], why)]
