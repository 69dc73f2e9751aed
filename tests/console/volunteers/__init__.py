"""The volunteers' pages, as stories."""
