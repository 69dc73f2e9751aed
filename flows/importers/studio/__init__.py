"""Turns a flow that was exported from Twilio Studio into ours, and says what could not be turned."""
