"""Read models: what one page shows, in at most ten statements, of one line. They write nothing."""
