# One image for the pages, the worker, the beat and the dispatcher; docker-compose.yml says which is which.
FROM python:3.11-slim-trixie AS build
WORKDIR /app
# The environment comes first: it changes less often than the code and is then not built again.
COPY dev.py pyproject.toml ./
COPY devtools devtools
COPY requirements requirements
RUN python dev.py environment --runtime && rm -rf "$HOME/.cache"
COPY tracker tracker
COPY tasks_seed tasks_seed
# The file system is read-only later, so what can be prepared is prepared here: translations, static files, bytecode.
RUN .venv/bin/python -m devtools.messages compile \
    && TRACKER_SECRET_KEY=only-for-collecting-static-files TRACKER_STATIC_DIR=/app/static \
       .venv/bin/tracker collectstatic --noinput \
    && .venv/bin/python -m compileall -q .venv tracker

FROM python:3.11-slim-trixie
# For `tracker backup`: of the same version as the server in docker-compose.yml, which an older one could not copy.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 tracker \
    && useradd --uid 10001 --gid tracker --no-create-home --home-dir /var/lib/tracker tracker \
    && install --directory --owner tracker --group tracker --mode 0750 /var/lib/tracker
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=tracker.config.settings \
    TRACKER_DATA_DIR=/var/lib/tracker \
    TRACKER_STATIC_DIR=/app/static
USER tracker
VOLUME /var/lib/tracker
EXPOSE 8000
CMD ["gunicorn", "tracker.config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
