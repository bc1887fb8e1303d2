"""Follow up as each document's own clause says: policies, steps, what was taken, the sweep and its watchdog."""
