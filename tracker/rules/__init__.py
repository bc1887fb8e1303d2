"""Decide everything about dates and follow-up in plain Python: no Django, no clock, no files."""
