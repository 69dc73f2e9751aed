"""What the volunteers' pages show. No number of anybody is in it, and nothing of what others do."""
