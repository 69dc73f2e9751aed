"""Operations at a terminal, one subject a file."""
