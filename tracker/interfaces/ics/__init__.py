"""Serve calendars: one feed a scope, behind a secret token."""
