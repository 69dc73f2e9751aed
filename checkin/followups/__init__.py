"""Follow-ups: promised, judged at the moment of sending, sent once or not at all, and answered."""
