"""Show people their work: pages rendered on the server, usable without JavaScript."""
