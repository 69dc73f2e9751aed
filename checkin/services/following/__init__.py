"""Follow-ups: when they are planned, judged, written or called, and what their answers lead to."""
