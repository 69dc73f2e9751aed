"""The network: Twilio behind a small port, what a turn says as TwiML or text, sound and pictures."""
