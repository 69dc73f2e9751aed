"""Runs a flow: `turns.enter` or `turns.begin` a conversation, then `turns.step` it with whatever happens.

    Turn = step(library, position, input, facts)

Pure: no clock, no files, no chance. Total: any input in any state gives a Turn. When a step fails, what was
already said is kept, the flow's `on_error` runs, and if that fails too a fixed sentence ends it.
"""
