"""Answer requests for pages: read the request, call selectors or one service, render."""
