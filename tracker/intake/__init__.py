"""Bring a gazette in: read tasks_seed/, check it against its own text, plan the differences, apply what was accepted."""
