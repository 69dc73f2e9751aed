"""The phones' own API under /practice: what people and tests do with a phone, and what they see."""
