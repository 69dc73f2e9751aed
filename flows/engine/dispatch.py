"""One input, one place: what it means where the conversation stands. False: it changes nothing."""

from __future__ import annotations

from flows.engine import (
    after_danger,
    asking,
    attachments,
    beginning,
    inputs,
    languages,
    navigation,
    people,
    recording,
    refusals,
    safety,
    stories,
    story_keys,
)
from flows.engine.answers import Said, said_by, takes_nought
from flows.engine.effects import Say
from flows.engine.inputs import Heard, Input
from flows.engine.prompting import prompt_again
from flows.engine.run import Run
from flows.engine.walking import walk
from flows.steps import Ask, Handover, Language, Peer, Record, Story
from flows.words.keywords import GlobalWord
from flows.words.reactions import read_reaction


def hear(run: Run, what: Input) -> bool:
    """Take the input in. False: it is stale, or not the engine's business, and the position stays as it is."""
    match what:
        case inputs.Started():
            return beginning.started(run, what)
        case inputs.Texted():
            return (bool(what.media) and attachments.heard(run, what)) or words(run, what.body, what.heard)
        case inputs.Spoke():
            return words(run, what.words)
        case inputs.Pressed():
            return pressed(run, what.keys)
        case inputs.Silent():
            return silent(run)
        case inputs.TimedOut():
            return what.turn == run.position.turn and timed_out(run)
        case inputs.ReminderDue():
            return what.turn == run.position.turn and reminded(run)
        case inputs.HungUp():
            return hung_up(run)
        case inputs.MachineAnswered():
            return machine(run)
        case _:
            return answered_by_the_world(run, what)


def words(run: Run, body: str, heard: Heard | None = None) -> bool:
    """Words, texted or spoken: ours first, then the flow's."""
    if run.ended is not None:
        if run.channel == "voice":
            return False
        beginning.reset(run)
    if run.channel == "sms" and (reaction := read_reaction(body)) is not None:
        said = said_by(run, reaction)
        return said is not None and _answer(run, said)
    word = safety.hear(run, body, heard)
    if word is not None and word.rule == "vague" and refusals.answers(run, body):
        word = None  # "no thanks, not interested" is No to the question, and refuses no texts
    if offered := after_danger.take_offer(run):
        word = after_danger.meant(run, body, word)
    if run.awaiting == "confirm_forget" and (word is None or word.kind in ("forget", "pause", "withdraw")):
        safety.forget_answered(run, body)
        return True
    if word is not None and _stops_the_story(run, word):
        walk(run, story_keys.stopped(run, run.now_step))
        return True
    if word is not None and safety.obey(run, word, body):
        return True
    if after_danger.answered(run, body, offered=offered):
        return True
    if run.fresh:
        beginning.begin_with(run, body)
        return True
    if run.awaiting == "confirm_forget":
        safety.forget_answered(run, body)
        return True
    if run.awaiting == "peer":
        return False
    return _answer(run, Said(body))


def pressed(run: Run, keys: str) -> bool:
    """Keys of a call: 0 is a person and * the menu at any prompt, the rest is the open question's."""
    if run.ended is not None or run.channel == "sms":
        return words(run, keys)
    if run.fresh:
        return beginning.started(run, inputs.Started())
    run.chosen = True
    after_danger.take_offer(run)
    if "*" in keys:
        story_keys.left(run)
        run.new_question()
        walk(run, navigation.to_menu(run))
        return True
    if keys.strip("#") == "0" and not takes_nought(run):
        if run.awaiting == "peer":
            return answered_by_the_world(run, inputs.MessageWanted())
        story_keys.left(run)
        run.new_question()
        walk(run, navigation.to_person(run))
        return True
    if run.awaiting == "peer":
        return False
    return _answer(run, Said(keys, by_keys=True))


def silent(run: Run) -> bool:
    """On a call nothing came; by text this cannot be."""
    if run.channel == "sms" or run.ended is not None:
        return False
    if run.fresh:
        return beginning.started(run, inputs.Started())
    if after_danger.waits_on(run):
        return True
    step = run.now_step
    match run.awaiting:
        case "answer" if isinstance(step, Ask):
            _on(run, asking.silent(run, step))
        case "answer" if isinstance(step, Language):
            _on(run, languages.silent(run, step))
        case "recording" if isinstance(step, Record):
            walk(run, recording.nothing(run, step))
        case "story_keys" if isinstance(step, Story):
            _on(run, story_keys.silent(run, step))
        case _:
            return False
    return True


def timed_out(run: Run) -> bool:
    """By text the wait of the open question passed."""
    if run.ended is not None or run.channel == "voice":
        return False
    if run.fresh:
        if run.scratch.get("waited_after_crisis"):
            run.end("quiet_after_crisis")
            return True
        return False
    step = run.now_step
    match run.awaiting:
        case "answer" if isinstance(step, Ask):
            walk(run, run.outcome(step, "timeout"))
        case "answer":
            walk(run, run.after(step))
        case "recording" if isinstance(step, Record):
            _on(run, recording.texts_done(run, step))
        case "story_keys" if isinstance(step, Story):
            _on(run, story_keys.silent(run, step))
        case "confirm_forget":
            safety.forget_answered(run, None)
        case _:
            return False
    return True


def reminded(run: Run) -> bool:
    """By text half the wait of a question passed: say so once, and ask again."""
    step = run.now_step if run.awaiting == "answer" else None
    if not isinstance(step, Ask) or run.scratch.get("reminded"):
        return False
    run.scratch["reminded"] = True
    if not after_danger.reminded(run):
        run.say("reminder")
        asking.again(run, step, why="same")
    return True


def hung_up(run: Run) -> bool:
    """The contact is gone: the flow goes on without words as far as it can (a follow-up, a case)."""
    if run.ended is not None:
        return False
    was_gone = run.muted
    if run.channel == "voice":
        gone(run)
    if run.awaiting == "recording" and run.channel == "voice" and not was_gone:
        return True  # what was recorded so far is still on its way
    if run.awaiting in (None, "case"):
        run.end("hung_up")
        return True
    step = run.now_step
    story_keys.left(run)
    if "hung_up" in step.then:
        walk(run, run.outcome(step, "hung_up"))
    else:
        run.end("hung_up")
    return True


def gone(run: Run) -> None:
    """Nobody hears us any more."""
    run.muted = True
    run.scratch["hung_up"] = True


def machine(run: Run) -> bool:
    """A machine answered our call: hang up, or leave the words of the step that the flow names."""
    if run.ended is not None or run.channel == "sms":
        return False
    policy = run.now_flow.body.outbound.machine
    if policy.startswith("say:"):
        step = run.now_flow.step(policy.removeprefix("say:"))
        slot = getattr(step, "say", None)
        if slot is not None:
            run.speak(slot)
    run.effects[:] = [part for part in run.effects if isinstance(part, Say)]
    run.end("machine")
    return True


def answered_by_the_world(run: Run, what: Input) -> bool:
    """A deed was done: a peer came or did not, a story was found, a case is open, a recording is there."""
    step = run.now_step if run.awaiting is not None else None
    match what, step:
        case inputs.PeerLeft(), Peer() if run.awaiting == "peer":
            walk(run, run.outcome(step, "connected"))
        case inputs.NoPeer(), Peer() if run.awaiting == "peer":
            if what.reason == "hung_up" and run.channel == "voice":
                gone(run)
            walk(run, run.outcome(step, what.reason))
        case inputs.MessageWanted(), Peer() if run.awaiting == "peer":
            run.chosen = True
            walk(run, people.message_wanted(run, step))
        case inputs.StoryFound(), Story() if run.awaiting == "story":
            _on(run, stories.found(run, step, what))
        case inputs.NoStory(), Story() if run.awaiting == "story":
            walk(run, stories.none_found(run, step, what))
        case inputs.Recorded(), Record() if run.awaiting == "recording" and run.channel == "voice":
            _on(run, recording.recorded(run, step, what))
        case inputs.CaseOpened(), _ if run.awaiting == "case":
            _case_opened(run, what)
        case _:
            return False
    return True


def _case_opened(run: Run, what: inputs.CaseOpened) -> None:
    then = run.scratch.pop("case_then", None)
    step = run.now_step
    if then == "person":
        walk(run, navigation.to_person(run))
    elif then == "menu":
        walk(run, navigation.to_menu(run))
    elif then == "end":
        run.end("with_a_person")
    elif isinstance(step, Handover):
        walk(run, people.handed_over(run, step, what.taken))
    elif isinstance(step, Record):
        walk(run, recording.case_opened(run, step))
    else:
        run.end("with_a_person")


def _answer(run: Run, said: Said) -> bool:
    """The open question's answer, or a keyword of the line that is none."""
    step = run.now_step
    if not said.by_keys:
        if beginning.asks_for_a_person(run, step, said):
            return safety.obey(run, GlobalWord("person"))
        if goes := beginning.keyword_instead(run, step, said):
            walk(run, goes)
            return True
    match run.awaiting:
        case "answer" if isinstance(step, Ask):
            _on(run, asking.answered(run, step, said))
        case "answer" if isinstance(step, Language):
            _on(run, languages.answered(run, step, said))
        case "recording" if isinstance(step, Record):
            if run.channel == "voice":
                prompt_again(run)
            else:
                _on(run, recording.collect(run, step, said.words))
        case "story_keys" if isinstance(step, Story):
            _on(run, story_keys.said(run, step, said))
        case _:
            walk(run, run.step)  # a deed's answer never came: ask for it again
    return True


def _on(run: Run, goes: str | None) -> None:
    """Walk on, unless the handler waits for more."""
    if goes is not None:
        walk(run, goes)


def _stops_the_story(run: Run, word: GlobalWord) -> bool:
    """On a call, "stop" while a story plays means the story."""
    return word.kind == "stop" and word.rule is None and run.channel == "voice" and run.awaiting == "story_keys"
