"""Translations in files of their own (gettext PO), for lines that speak more languages than fit beside the words."""
