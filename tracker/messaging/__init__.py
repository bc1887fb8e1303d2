"""Tell people, once a working day and only with cause: items, digests, channels, delivery."""
