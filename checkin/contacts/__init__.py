"""People who text or call: found again by a keyed hash, known by an alias, written to as they said they may be."""
