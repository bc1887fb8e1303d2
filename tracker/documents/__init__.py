"""Keep the gazette as printed: gazettes, documents, clauses with verbatim quotes and their place, supersession."""
