"""Tools of the checkout: environment, demonstration, checks. Nothing under `tracker` imports them."""
