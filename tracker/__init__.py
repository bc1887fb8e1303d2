"""Follow a county gazette's dated commitments from the clause that makes them to the day they are kept."""
