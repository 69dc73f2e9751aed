"""Stories before their reviewers: who waits, who has said what, and what the worker does meanwhile."""
