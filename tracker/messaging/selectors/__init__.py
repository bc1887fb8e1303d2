"""Read what people are told, how its delivery goes, and how much of it a unit gets."""

from tracker.messaging.selectors.channels import paused, troubled_deliveries
from tracker.messaging.selectors.inbox import digests, inbox, unreachable_posts, unread

__all__ = ["digests", "inbox", "paused", "troubled_deliveries", "unreachable_posts", "unread"]
