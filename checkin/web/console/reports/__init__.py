"""Reports: what came of those who reached out, who carried it, and how people were. No number of anybody."""
