"""What every part stands on: it knows no feature, and no edge."""
