"""How a volunteer gets in and out, and what their phone keeps of the pages."""
