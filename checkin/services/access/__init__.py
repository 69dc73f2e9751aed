"""Getting in: organisers' accounts, passwords and codes, and who is signed in."""
