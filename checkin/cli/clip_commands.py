"""`checkin flows clips`: prompts in a person's voice, recorded by telephone or brought as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checkin.cli.context import LINE, Line, command_context, ours
from checkin.cli.flow_folder import Folder, folder_of

if TYPE_CHECKING:
    from checkin.cli.context import CommandContext
    from flows.model.clips import Prompt

app = typer.Typer(no_args_is_help=True, help="Prompts in a person's voice instead of a machine's.")

Flow = Annotated[str, typer.Argument(help="The flow, by its name.")]
Step = Annotated[str, typer.Argument(help="The step, by its id.")]
Language = Annotated[str | None, typer.Option("--language", "-l", help="The language; without it the flow's first.")]


@app.command("list")
def list_all(path: Folder = None) -> None:
    """Show every prompt you can record, whether it's recorded, and the words to read aloud."""
    from rich.console import Console

    from checkin.cli.context import show
    from flows.loading import load
    from flows.model.clips import outdated, prompts

    folder = folder_of(path)
    library = load(folder)
    rows, styles = [], []
    for flow in library.flows.values():
        old = {(step, language) for _, step, language in outdated(flow.body, library.sounds)}
        for prompt in prompts(flow.body):
            there = prompt.path in library.sounds
            state = "recorded" if there else "other words" if (prompt.step, prompt.language) in old else "machine"
            rows.append([flow.name, prompt.step, prompt.language, state, " ".join(prompt.words.split())])
            styles.append("green" if there else "yellow" if state == "other words" else "")
    show(Console(), ("flow", "step", "language", "voice", "words"), rows, styles)


@app.command()
def take(
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", help="The message with the recording, by its case number.")
    ],
    flow: Flow,
    step: Step,
    language: Language = None,
    line: Line = LINE,
) -> None:
    """Use a message you left by phone as the recording of a prompt. The message is closed."""
    from checkin.cases import service as cases
    from checkin.core.errors import UserError

    with command_context(line) as ctx:
        prompt = _prompt(ctx, flow, step, language)
        recording = ctx.do(lambda uow: cases.find(uow, line, number).recording)
        if recording is None:
            raise UserError(f"case {number} has no recording: call the line, leave a message, and read the words aloud")
        if recording.state != "kept" or recording.media_key is None:
            raise UserError(f"the recording of case {number} isn't here yet, or is gone: look again in a minute")
        _keep(ctx, prompt, ctx.runtime.media.open(recording.media_key))
        ctx.do(lambda uow: cases.close(uow, cases.find(uow, line, number).case, cases.Named(ctx.by, ctx.by)))


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="An audio file of any kind.")],
    flow: Flow,
    step: Step,
    language: Language = None,
) -> None:
    """Use an audio file as the recording of a prompt: its volume is matched to the others, for the phone."""
    from checkin.core.errors import UserError
    from checkin.telephony.audio import AudioError, read

    with command_context(LINE) as ctx:
        prompt = _prompt(ctx, flow, step, language)
        try:
            _keep(ctx, prompt, read(file))
        except AudioError as error:
            raise UserError(f"{file.name}: {error}") from error


def _prompt(ctx: CommandContext, flow: str, step: str, language: str | None) -> Prompt:
    """What is to be recorded. Raises UserError."""
    from checkin.core.errors import UserError
    from flows.model.clips import prompts

    found = ctx.runtime.library.flows.get(flow)
    if found is None:
        raise UserError(f"there's no flow {flow!r}: there is {', '.join(sorted(ctx.runtime.library.flows))}")
    known = [prompt for prompt in prompts(found.body) if prompt.step == step]
    chosen = [clip for clip in known if clip.language == (language or found.base)]
    if not known:
        raise UserError(f"{flow} says nothing at {step!r} on calls: {ours()} flows clips list shows what it says where")
    if not chosen:
        has = ", ".join(clip.language for clip in known)
        raise UserError(f"{flow} has no words for {step} in {language or found.base}: it has them in {has}")
    return chosen[0]


def _keep(ctx: CommandContext, prompt: Prompt, content: bytes) -> None:
    """Convert it and put it where the flow finds it, whole or not at all."""
    from checkin.telephony.audio import to_telephone

    sound = to_telephone(content)
    file = ctx.runtime.settings.flows / prompt.path
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_bytes(sound.content)
    part.replace(file)
    ctx.say(f"Wrote {file}, {sound.seconds} seconds long.")
    ctx.say(f"Callers hear it once it is published: {ours()} flows publish {prompt.flow}")
