"""Relays and offers: a contact waits, volunteers are asked, one takes it, and both come out of it again."""
