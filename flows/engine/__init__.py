"""Runs a flow: `enter` or `begin` a conversation, then `step` it with whatever happens.

    Turn = step(library, position, input, facts)

Pure: no clock, no files, no chance. Total: any input in any state gives a Turn. When a step fails, what was
already said is kept, the flow's `on_error` runs, and if that fails too a fixed sentence ends it.
"""

from __future__ import annotations

from flows.engine.turns import begin, enter, global_word, step
from flows.keywords import OBEYED_IN_A_RELAY, GlobalWord
from flows.library import Library

__all__ = ["OBEYED_IN_A_RELAY", "GlobalWord", "Library", "begin", "enter", "global_word", "step"]
