"""Stories before they are heard, and the library of those that are."""
