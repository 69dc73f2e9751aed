"""TwiML documents: reading them, and what Twilio's documentation allows in them."""
