"""`bin/checkin test`: pytest, with how far it is, an end at the first Ctrl-C, and nobody left behind.

`__main__` starts pytest and waits for it. `progress` is a plugin in it that says what runs. `ending` finds and ends
what belongs to a run; as a process of its own it does so when the run is over, however it ended.
"""
