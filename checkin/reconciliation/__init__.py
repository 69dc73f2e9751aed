"""What the network's log has and ours has not: brought in late, once, with the truth."""
