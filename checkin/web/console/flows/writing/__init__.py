"""Writing on a flow: the editor, what is wrong while one types, files, new flows."""
