"""Widgets that speak and ask: send-message, say-play, send-and-wait-for-reply, gather-input-on-call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flows.importers.studio.answers import ANSWERED, StudioMenu, choice_names, menu, yes_or_no
from flows.importers.studio.draft import Step, StudioDraft
from flows.importers.studio.export import State
from flows.importers.studio.liquid import StudioChoice
from flows.model.durations import LONGEST, write_duration

SAYS = frozenset({"send-message", "say-play"})
TWICE = "the options are said twice now: take them out of the words"
CHOOSE = {"en": "What would you like?", "es": "¿Qué desea?"}
BARE = "the words before the options are new: there were none but the options"
GUESSED = "what a choice is called was guessed from the widget it leads to"


def say(draft: StudioDraft, state: State) -> list[Step]:
    """send-message and say-play: a `say`; on a call, a text is sent beside it."""
    by_text = state.type == "send-message"
    source = state.text("body") if by_text else state.text("say")
    target = draft.onward(state, "sent" if by_text else "audioComplete", "failed")
    if by_text and state.next("failed"):
        draft.report.note(
            "left out", state.name, "`failed`: a text that can't be sent is tried again and told to the team"
        )
    step: Step = {"id": draft.id(state)}
    step["say"], lost = draft.words(state, source) if source else ("", [])
    if not _has_words(step["say"]):
        step["say"] = f"({state.name})"
        step["to"] = target
        return [draft.stub(state, step, _instead(state))]
    if by_text and draft.channel == "voice":
        step["via"] = "sms"
    step["to"] = target
    if not by_text and source and state.text("play"):
        lost.append("it had a recording too: put the file into `clips` and name it under `audio`")
    return [draft.mark(state, step, lost)]


def ask(draft: StudioDraft, state: State) -> list[Step]:
    """send-and-wait-for-reply and gather-input-on-call: an `ask`, together with the split behind it."""
    if (state.type == "send-and-wait-for-reply") != (draft.channel == "sms"):
        what = "a reply by text can't be waited for during a call" if draft.channel == "voice" else "this is no call"
        return [draft.stub(state, {"id": draft.id(state), "goto": draft.onward(state, *ANSWERED[state.type])}, what)]
    source = state.text("body") or state.text("say")
    found = menu(draft, state, source)
    slot, lost = draft.words(state, source if found is None else found.prompt or CHOOSE.get(draft.base, CHOOSE["en"]))
    step: Step = {"id": draft.id(state), "ask": slot if _has_words(slot) else f"({state.name})"}
    target = None if found else draft.onward(state, *ANSWERED[state.type])
    if found:
        _choices(draft, state, step, found, lost)
    else:
        _free(draft, state, step)
    if wait := _wait(draft, state):
        step["wait"] = wait
    lost += _then(draft, state, step, found)
    if target is not None:
        step["to"] = target
    if not _has_words(slot):
        return [draft.stub(state, step, _instead(state))]
    return [draft.mark(state, step, lost)]


def _choices(draft: StudioDraft, state: State, step: Step, found: StudioMenu, lost: list[str]) -> None:
    draft.absorbed.add(found.split.name)
    draft.report.note("mapped", found.split.name, f"its ways are the choices of `{draft.id(state)}`")
    step["then"] = {}
    if (pair := yes_or_no(found.options)) is not None:
        step["yes_no"] = True
        names: list[str] = ["yes", "no"]
        options = list(pair)
    else:
        options, names = found.options, choice_names(found.options)
        step["choices"] = {
            name: {"key": option.key, "label": option.label} | ({"words": option.words} if option.words else {})
            for name, option in zip(names, options, strict=True)
        }
        step["save"] = draft.answer(state.name, "choice")
        if found.guessed:
            lost.append(GUESSED)
        if found.bare:
            lost.append(BARE)
        elif found.whole:
            lost.append(TWICE)
    for name, option in zip(names, options, strict=True):
        step["then"][name] = draft.goes_to(option.target) or draft.need("finish")


def _free(draft: StudioDraft, state: State, step: Step) -> None:
    digits = state.whole("number_of_digits")
    if draft.channel == "voice" and digits and digits < 10 and not state.next("speech"):
        step["number"] = {"min": 0, "max": 10**digits - 1}
        step["save"] = draft.answer(state.name, "int")
    else:
        step["text"] = True
        step["save"] = draft.answer(state.name)


def _wait(draft: StudioDraft, state: State) -> dict[str, str] | None:
    seconds = state.whole("timeout")
    if not seconds or timedelta(seconds=seconds) > LONGEST:
        return None
    return {draft.channel: write_duration(timedelta(seconds=seconds))}


def _then(draft: StudioDraft, state: State, step: Step, found: StudioMenu | None) -> list[str]:
    """What happens on silence, on an answer that is none, on a hang-up: asked for here, often forgotten there.

    Answers what was lost in the words for an answer that is none, where those choose what is said.
    """
    then: dict[str, Any] = step.pop("then", {})
    step["then"] = then
    then["timeout"] = _silence(draft, state)
    then["invalid"], lost = _not_understood(draft, state, step, found)
    if draft.channel == "voice":
        then["hung_up"] = draft.need("gone")
    if state.next("deliveryFailure"):
        draft.report.note("left out", state.name, "`deliveryFailure`: a text that can't be sent is told to the team")
    return lost


def _silence(draft: StudioDraft, state: State) -> str:
    wired = state.next("timeout")
    if wired and wired != state.name and (target := draft.goes_to(wired)):
        return target
    why = "asked again without end" if wired == state.name else "not connected"
    draft.report.note("added", state.name, f"`timeout` was {why}: silence leads to `{draft.need('quiet')}`")
    return draft.need("quiet")


def _not_understood(draft: StudioDraft, state: State, step: Step, found: StudioMenu | None) -> tuple[str, list[str]]:
    lost: list[str] = []
    wired = found.split.next("noMatch") if found else None
    between = draft.export.states.get(wired or "")
    if between is not None and between.type in SAYS and between.next("sent", "audioComplete") == state.name:
        slot, lost = draft.words(between, between.text("body") or between.text("say"))
        if _has_words(slot):
            step["invalid"] = slot
            draft.report.note(
                "mapped", between.name, f"is what `{draft.id(state)}` says to an answer it didn't understand"
            )
            for part in lost:
                draft.report.note("stub" if isinstance(part, StudioChoice) else "review", between.name, part)
        wired = state.name
    lost = [part for part in lost if isinstance(part, StudioChoice)]
    if wired and wired != state.name and (target := draft.goes_to(wired)):
        return target, lost
    why = "asked again without end" if wired else "not connected"
    to = draft.need("to_a_person")
    draft.report.note(
        "added", state.name, f"`invalid` was {why}: after three answers that say nothing it leads to `{to}`"
    )
    return to, lost


def _has_words(slot: Any) -> bool:
    return bool(next(iter(slot.values())) if isinstance(slot, dict) else slot)


def _instead(state: State) -> str:
    if state.text("play"):
        return "it plays a recording: put the file into the folder `clips`, and write its words here"
    if state.text("media_url"):
        return "it sends a picture or a sound, and nothing here does: say it in words"
    return "it has no words that could be taken over: write them"
