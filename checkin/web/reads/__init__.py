"""What pages show, in at most ten statements each. They write nothing."""
