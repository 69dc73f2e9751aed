"""Words in the reader's language: one catalogue a language for what pages show and what code below them says."""
