"""Keep the append-only record of who did what, when and from where, and of the jobs that ran."""
