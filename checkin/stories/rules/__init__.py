"""Which story comes next, whether it may be heard, and for how long a yes lasts. Pure."""
