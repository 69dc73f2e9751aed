"""Follow-ups: what is promised, what came of it and why; and what the workers could not carry out."""
