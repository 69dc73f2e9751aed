"""What the network's log has and ours has not: texts and calls that never reached us, receipts that never came."""
