"""The steps of the flow language: a module each, and a line in `table`. What a step can be asked is in
flows/model/step.py (by whoever checks, draws, reads or translates a flow) and flows/engine/step.py (by the engine).
"""
