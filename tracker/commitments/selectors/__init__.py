"""Read commitments and tasks, for pages, feeds and the API; each function says who may see what it returns."""

from tracker.commitments.selectors.visible import open_moves, visible_tasks

__all__ = ["open_moves", "visible_tasks"]
