"""One input, one place: what it means where the conversation stands. False: it changes nothing."""

from __future__ import annotations

from flows.engine import after_danger, beginning, effects, inputs, navigation, safety
from flows.engine.effects import Say
from flows.engine.inputs import Heard, Input, Texted
from flows.engine.run import Run
from flows.engine.step import STALE, Said, answers, ask_again, leave, open_step, step_of, walk
from flows.words.keywords import GlobalWord
from flows.words.reactions import read_reaction


def hear(run: Run, what: Input) -> bool:
    """Take the input in. False: it is stale, or not the engine's business, and the position stays as it is."""
    match what:
        case inputs.Started():
            return beginning.started(run, what)
        case inputs.Texted():
            return (bool(what.media) and with_media(run, what)) or words(run, what.body, what.heard)
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
        liked = open_step(run)
        said = liked.liked(run, reaction) if liked is not None else None
        return said is not None and _answer(run, said)
    word = safety.hear(run, body, heard)
    if word is not None and word.rule == "vague" and answers(run, Said(body)):
        word = None  # "no thanks, not interested" is No to the question, and refuses no texts
    if offered := after_danger.take_offer(run):
        word = after_danger.meant(run, body, word)
    if run.awaiting == "confirm_forget" and (word is None or word.kind in ("forget", "pause", "withdraw")):
        safety.forget_answered(run, body)
        return True
    if word is not None and _stops_what_is_told(run, word):
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
        leave(run)
        run.new_question()
        walk(run, navigation.to_menu(run))
        return True
    if keys.strip("#") == "0" and not _takes_nought(run):
        if run.awaiting == "peer":
            return answered_by_the_world(run, inputs.MessageWanted())
        leave(run)
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
    step_of(run)
    if (step := open_step(run)) is None:
        return False
    walk(run, step.silent(run))
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
    step = step_of(run)
    if open_step(run) is not None:
        walk(run, step.timed_out(run))
    elif run.awaiting == "answer":
        walk(run, run.after(step))
    elif run.awaiting == "confirm_forget":
        safety.forget_answered(run, None)
    else:
        return False
    return True


def reminded(run: Run) -> bool:
    """By text half the wait of a question passed: say so once, and ask again."""
    step = open_step(run)
    if step is None or not step.is_question or run.scratch.get("reminded"):
        return False
    run.scratch["reminded"] = True
    if not after_danger.reminded(run):
        run.say("reminder")
        step.ask_again(run)
    return True


def hung_up(run: Run) -> bool:
    """The contact is gone: the flow goes on without words as far as it can (a follow-up, a case)."""
    if run.ended is not None:
        return False
    was_gone = run.muted
    if run.channel == "voice":
        run.gone()
    if run.awaiting == "recording" and run.channel == "voice" and not was_gone:
        return True  # what was recorded so far is still on its way
    if run.awaiting in (None, "case"):
        run.end("hung_up")
        return True
    step = run.now_step
    leave(run)
    if "hung_up" in step.then:
        walk(run, run.outcome(step, "hung_up"))
    else:
        run.end("hung_up")
    return True


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


def with_media(run: Run, what: Texted) -> bool:
    """Take a voice note in where a message is asked for; anything else is not read, and they are told so.

    True: that was all there was to the text. False: its words are still to be heard.
    """
    step = open_step(run)
    if what.voice_note is not None and step is not None and step.takes_voice_notes and run.channel == "sms":
        walk(run, step.take_note(run, what.voice_note, what.body))
        return True
    if what.voice_note is not None:
        run.emit(effects.ForgetRecording(what.voice_note))
    if run.awaiting == "peer":
        return False
    run.say("media_not_read")
    if what.body.strip() or run.ended is not None or run.fresh:
        return False
    ask_again(run)
    return True


def answered_by_the_world(run: Run, what: Input) -> bool:
    """A action was done: a peer came or did not, a story was found, a case is open, a recording is there."""
    if run.awaiting is None:
        return False
    step = step_of(run)
    if isinstance(what, inputs.CaseOpened):
        if run.awaiting != "case":
            return False
        _case_opened(run, what)
        return True
    goes = step.on_event(run, what)
    if goes == STALE:
        return False
    walk(run, goes)
    return True


def _case_opened(run: Run, what: inputs.CaseOpened) -> None:
    then = run.scratch.pop("case_then", None)
    if then == "person":
        walk(run, navigation.to_person(run))
    elif then == "menu":
        walk(run, navigation.to_menu(run))
    elif then == "end":
        run.end("with_a_person")
    else:
        walk(run, step_of(run).on_case(run, what.taken))


def _answer(run: Run, said: Said) -> bool:
    """The open question's answer, or a keyword of the line that is none."""
    step = step_of(run)
    if not said.by_keys:
        if beginning.asks_for_a_person(run, step, said):
            return safety.obey(run, GlobalWord("person"))
        if goes := beginning.keyword_instead(run, step, said):
            walk(run, goes)
            return True
    if open_step(run) is not None:
        walk(run, step.hear(run, said))
    else:
        walk(run, run.step)  # a action's answer never came: ask for it again
    return True


def _takes_nought(run: Run) -> bool:
    """Whether 0 is an answer to the open question."""
    step = open_step(run)
    return step is not None and step.takes_nought()


def _stops_what_is_told(run: Run, word: GlobalWord) -> bool:
    """On a call, "stop" while a story plays means the story."""
    step = open_step(run) if run.channel == "voice" and word.kind == "stop" and word.rule is None else None
    goes = step.stop(run) if step is not None else STALE
    walk(run, None if goes == STALE else goes)
    return goes != STALE
