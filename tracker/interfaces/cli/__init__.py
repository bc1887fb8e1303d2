"""Serve the terminal: commands for the office, for cron and for the demonstration."""
