"""Put the house together: settings from the environment, URLs, Celery, the console entry. Nothing imports it."""
