"""What concerns the tellers of stories: handing in, taking back, thanks, and a yes that lasts a year."""
