"""Pure: what the facts mean. Each check is one function; CHECKS of each module lists them in the order of the table."""
