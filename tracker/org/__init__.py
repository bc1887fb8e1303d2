"""Know who answers for what on a given day: units, groups of units, posts, tenures, portfolios, users."""
