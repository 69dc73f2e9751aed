"""Twilio's REST API, as far as the line uses it."""
