"""When a promised text goes out, and what each gate said. Pure."""
