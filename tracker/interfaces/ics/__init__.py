"""Serve calendars: one feed a scope, behind a secret token.

`redaction` keeps the secrets out of the logs, so that it is loaded before anything else of Django's: this module must
import nothing.
"""
