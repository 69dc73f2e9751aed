"""A contact and a volunteer, joined by us: one waits, others are asked, one wins, and both come out of it well."""
