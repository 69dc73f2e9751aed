"""What everything stands on: settings, the database, encryption, the unit of work, shared rules."""
