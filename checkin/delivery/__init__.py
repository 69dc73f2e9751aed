"""What the jobs of the outbox do: the steps that checkin.outbox.registry names."""
