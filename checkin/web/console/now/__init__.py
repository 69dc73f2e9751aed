"""Now: who waits, who talks, who is on duty, what somebody must see. It brings itself up to date."""
