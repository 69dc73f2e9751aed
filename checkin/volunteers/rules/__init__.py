"""Who is asked and when, shifts, reminders and reach. Pure."""
