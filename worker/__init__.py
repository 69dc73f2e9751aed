"""The other hand: carries out what rows say is due."""
