"""People who volunteer: who they are, when they are on duty, their shifts, and what leads are told."""
