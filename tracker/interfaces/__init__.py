"""Give the ways in and out: pages, REST, calendar feeds, commands. A request makes one service call."""
