"""Everything that knows a language: what is obeyed and understood, signs of danger, segments, catalogues."""
