"""Measurements, as ratios against a floor in the same run. Nothing here passes or fails by the clock."""
