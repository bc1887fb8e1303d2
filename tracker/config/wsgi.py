"""Serve the pages, the API and the feeds."""

import os

from django.core.wsgi import get_wsgi_application

from tracker.interfaces.ics.redaction import guard_loggers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.config.settings")
application = get_wsgi_application()
# Here and not in a file of options for gunicorn, so that no way of starting it can leave the secrets in its logs.
guard_loggers("gunicorn.access", "gunicorn.error")
