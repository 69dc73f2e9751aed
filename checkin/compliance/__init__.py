"""What the law and our word ask: a no at any time, forgetting, retention, new keys."""
