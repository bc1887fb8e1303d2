"""Read what people type, one module a noun; a form checks shapes, services decide."""
