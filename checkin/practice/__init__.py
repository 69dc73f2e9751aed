"""The practice network: a small carrier that speaks the part of Twilio that the line uses, and phones to try it with.

It runs as a process of its own. The line reaches it with Twilio's own client (`TWILIO_API_URL`), and it reaches the
line with signed webhooks, as Twilio does. People and tests hold its phones through `/practice/...`.

    server    how it starts: python -m checkin.practice.server
    exchange  what the carrier knows; everything else works on it
    twiml     documents: what may stand in them
    calls     one call, its script, its rooms
    texts     texts, both ways
    api       Twilio's REST API
    control   the phones' own API, for this machine only

It imports nothing of the line. Where it follows Twilio the behavior is as documented at twilio.com/docs; where the
documentation is silent, a comment says what was assumed.
"""
