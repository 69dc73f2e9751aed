"""What a turn says, rendered for texts and for calls. Pure."""
