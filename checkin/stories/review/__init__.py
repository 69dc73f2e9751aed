"""Stories before their reviewers: who waits, who has said what, and what is prepared meanwhile."""
