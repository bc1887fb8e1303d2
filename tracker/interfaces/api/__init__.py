"""Serve programs: REST, versioned, with an OpenAPI schema."""
