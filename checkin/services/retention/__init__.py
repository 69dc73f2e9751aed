"""What has come to its end: rows that are deleted or blanked as `checkin.rules.retention` says, here and at Twilio."""
