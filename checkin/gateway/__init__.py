"""The network: Twilio behind a small port."""
