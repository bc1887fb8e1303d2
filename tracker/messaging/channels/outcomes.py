"""Name how a sending can end short of success."""


class PutOff(Exception):
    """Say that it did not go and may go later (SMTP 4xx, no connection)."""


class Refused(Exception):
    """Say that it did not go and never will (SMTP 5xx): an operator has to look."""


class Unknown(Exception):
    """Say that it may or may not have gone: the line broke after the text was handed over."""
