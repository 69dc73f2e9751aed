"""The schedule: who is on shift when, where somebody is missing, who would ring, and the volunteers themselves."""
