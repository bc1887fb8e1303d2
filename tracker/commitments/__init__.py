"""Hold what was promised and how it stands: commitments, tasks, assignments, deadlines, reports, reviews, extensions."""
