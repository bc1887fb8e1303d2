"""Say which addresses are taken as evidence: those of the web, on the public network or on an office's own."""

from __future__ import annotations

import re

from django.core.validators import URLValidator


class LinkValidator(URLValidator):
    """Take an http or https address whose host may be a single name, as in an intranet (http://oa/docs/12)."""

    regex = re.compile(
        r"^https?://(?:[^\s:@/]+(?::[^\s:@/]*)?@)?"
        rf"(?:{URLValidator.ipv4_re}|{URLValidator.ipv6_re}"
        rf"|{URLValidator.hostname_re}(?:{URLValidator.domain_re}{URLValidator.tld_re})?)"
        r"(?::[0-9]{1,5})?(?:[/?#][^\s]*)?\Z",
        re.IGNORECASE,
    )

    def __init__(self) -> None:
        super().__init__(schemes=["http", "https"])
