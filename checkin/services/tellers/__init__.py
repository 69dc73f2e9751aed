"""What concerns the tellers of stories: handing in, taking back, being thanked, and being asked again."""
