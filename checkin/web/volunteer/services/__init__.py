"""What volunteers do on their pages, where it is not the same as by text."""
