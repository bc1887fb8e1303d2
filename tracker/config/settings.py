"""Read every setting from the environment; secrets may come from files (`NAME_FILE`)."""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from tracker.messaging.targets import read as read_robots
from tracker.rules.assessment import Weights

BASE = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """Return a setting from the environment, or from the file that `NAME_FILE` names."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text("utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def number(name: str, default: int, *, least: int = 0) -> int:
    value = env(name, str(default))
    try:
        found = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{value}”.") from error
    if found < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {found}.")
    return found


def clock_time(name: str, default: str) -> time:
    value = env(name, default)
    try:
        return time.fromisoformat(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a time of day such as 09:00, not “{value}”.") from error


DEBUG = flag("TRACKER_DEBUG")
DEMO = flag("TRACKER_DEMO")
SECRET_KEY = env("TRACKER_SECRET_KEY")
if not SECRET_KEY:
    if not (DEBUG or DEMO):
        raise ImproperlyConfigured("Set TRACKER_SECRET_KEY or TRACKER_SECRET_KEY_FILE to a long random text.")
    SECRET_KEY = "for-development-and-demonstration-only-" + "0123456789" * 2
ALLOWED_HOSTS = listed("TRACKER_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = listed("TRACKER_TRUSTED_ORIGINS")
DATA = Path(env("TRACKER_DATA_DIR", str(Path.cwd() / "data"))).absolute()

INSTALLED_APPS = [
    "tracker.org",
    "tracker.audit",
    "tracker.documents",
    "tracker.commitments",
    "tracker.messaging",
    "tracker.notices",
    "tracker.escalation",
    "tracker.intake",
    "tracker.interfaces.web",
    "tracker.interfaces.api",
    "tracker.interfaces.ics",
    "tracker.interfaces.cli",
    "tracker.interfaces.web.admin_site.TablesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "heroicons",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracker.interfaces.web.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.interfaces.web.middleware.SecurityHeadersMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tracker.config.urls"
WSGI_APPLICATION = "tracker.config.wsgi.application"
AUTH_USER_MODEL = "org.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "tracker.interfaces.web.context.frame",
            ],
        },
    }
]


def database() -> dict[str, Any]:
    """Return the default database: a URL, with the password from a file where one is named; SQLite without."""
    url = env("TRACKER_DATABASE_URL") or f"sqlite:///{DATA / 'tracker.sqlite3'}"
    password = env("TRACKER_DATABASE_PASSWORD")
    if password and "://" in url and "@" in url and ":" not in url.split("://", 1)[1].split("@", 1)[0]:
        scheme, rest = url.split("://", 1)
        user, rest = rest.split("@", 1)
        url = f"{scheme}://{user}:{quote(password, safe='')}@{rest}"
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if config["ENGINE"].endswith("sqlite3"):
        # Two processes write: readers must not block the writer, and a write must take its lock at once or wait.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    return config


DATABASES = {"default": database()}

# SQLite cannot keep two unique constraints over empty dates; the demonstration's loader compares rows before it adds any.
SILENCED_SYSTEM_CHECKS = ["models.W047"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env("TRACKER_STATIC_DIR", str(DATA / "static")))
MEDIA_ROOT = Path(env("TRACKER_MEDIA_DIR", str(DATA / "files")))
WHITENOISE_USE_FINDERS = DEBUG or DEMO
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tracker.org.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# A password that somebody else has seen is changed before anything else.
TRACKER_FIRST_PASSWORD_CHANGE = flag("TRACKER_FIRST_PASSWORD_CHANGE", True)
# Locked by user and address together: by user alone a stranger could lock anybody out, by address alone a proxy would.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_TEMPLATE = "web/locked.html"
AXES_VERBOSE = False
AXES_RESET_ON_SUCCESS = True
AXES_IPWARE_PROXY_COUNT = number("TRACKER_PROXIES", 0) or None
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:login"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tracker.interfaces.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = flag("TRACKER_HTTPS", not (DEBUG or DEMO))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and flag("TRACKER_HTTPS_REDIRECT", True)
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health$"]
if flag("TRACKER_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tracker.interfaces.api.authentication.ExpiringTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.NamespaceVersioning",
    "DEFAULT_VERSION": "v1",
    "ALLOWED_VERSIONS": ["v1"],
    "EXCEPTION_HANDLER": "tracker.interfaces.api.errors.answer",
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_RATES": {"login": "10/min", "feed": "120/hour"},
    "NUM_PROXIES": number("TRACKER_PROXIES", 0),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Commitment tracker",
    "DESCRIPTION": "Tasks made from a county gazette's dated commitments.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Choices are written where they are used, instead of as components with made-up names.
    "POSTPROCESSING_HOOKS": [],
    # Drawn from static files of a package: nothing is fetched from another host.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

REDIS_URL = env("TRACKER_REDIS_URL", "redis://localhost:6379/0")
# A unix socket has one name in redis-py and another in Celery.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
# Deliveries queue apart, so that a slow mail server can have workers of its own and hold up nothing else. A worker that
# is not told which queue to serve serves both.
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in ("celery", "dispatch")]
CELERY_TASK_ROUTES = {"tracker.messaging.jobs.dispatch": {"queue": "dispatch", "routing_key": "dispatch"}}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker may be away for longer than a hundred attempts.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Longer than any task may run, so that a message is never handed out again while its task still works.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 3600}
if REDIS_URL.startswith("filesystem://"):
    QUEUE = DATA / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE),
        "data_folder_out": str(QUEUE),
        "control_folder": str(QUEUE / "control"),
    }
else:
    # A broker that is down must hold nobody up: whoever rings gives up at once, and the next beat rings again.
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"socket_timeout": 5, "socket_connect_timeout": 2}

# What limits count is counted by all processes together where there is a Redis, else by each process for itself.
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if env("TRACKER_REDIS_URL").startswith(("redis://", "rediss://", "unix://")):
    CACHES["default"] = {
        "BACKEND": "tracker.config.caching.CountingCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "tracker-cache",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }

EMAIL_BACKEND = env("TRACKER_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env("TRACKER_EMAIL_HOST", "localhost")
EMAIL_PORT = number("TRACKER_EMAIL_PORT", 25)
EMAIL_HOST_USER = env("TRACKER_EMAIL_USER")
EMAIL_HOST_PASSWORD = env("TRACKER_EMAIL_PASSWORD")
EMAIL_USE_TLS = flag("TRACKER_EMAIL_TLS")
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = env("TRACKER_EMAIL_DIR") or None
DEFAULT_FROM_EMAIL = env("TRACKER_EMAIL_FROM", "tracker@localhost")

TRACKER_SITE_URL = env("TRACKER_SITE_URL", "http://localhost:8000").rstrip("/")
TRACKER_CLOCK_FILE = env("TRACKER_CLOCK_FILE")
TRACKER_SEED_DIR = Path(env("TRACKER_SEED_DIR", str(BASE.parent / "tasks_seed")))
# Robots of chat rooms, written name=address; their addresses are secrets and stay in here. They are reached through
# this proxy or none, whatever the environment says.
try:
    TRACKER_CHAT_ROBOTS = read_robots(listed("TRACKER_CHAT_URLS"))
except ValueError as error:
    raise ImproperlyConfigured(f"TRACKER_CHAT_URLS: {error}") from None
TRACKER_CHAT_PROXY = env("TRACKER_CHAT_PROXY")
TRACKER_HEARTBEAT_URL = env("TRACKER_HEARTBEAT_URL")
# How often each job runs, in seconds: what the beat rings by and each job's age is measured against.
TRACKER_PERIODS = {
    "sweep": number("TRACKER_SWEEP_SECONDS", 180, least=1),
    "digest": number("TRACKER_SWEEP_SECONDS", 180, least=1),
    "dispatch": number("TRACKER_DISPATCH_SECONDS", 60, least=1),
    "watchdog": number("TRACKER_WATCHDOG_SECONDS", 600, least=1),
    # Somebody may be looking at a page that waits for it.
    "work": number("TRACKER_WORK_SECONDS", 5, least=1),
}
# What the beat rings for, and what `tracker sweep` does in this order without it.
TRACKER_JOBS = {
    "sweep": "tracker.escalation.jobs.sweep",
    "digest": "tracker.messaging.jobs.digest",
    "dispatch": "tracker.messaging.jobs.dispatch",
    "work": "tracker.interfaces.web.jobs.work",
    "watchdog": "tracker.escalation.jobs.watchdog",
}
TRACKER_WORKING_HOURS = (clock_time("TRACKER_WORKING_FROM", "09:00"), clock_time("TRACKER_WORKING_UNTIL", "17:30"))
if TRACKER_WORKING_HOURS[0] >= TRACKER_WORKING_HOURS[1]:
    raise ImproperlyConfigured("TRACKER_WORKING_FROM must lie before TRACKER_WORKING_UNTIL.")
TRACKER_UID_DOMAIN = env("TRACKER_UID_DOMAIN", "commitments.jishan.gov.cn")
# What a calendar feed holds: days back and ahead of today, and for how many days what has ended stays in it.
TRACKER_FEED_WINDOW = (number("TRACKER_FEED_BACK_DAYS", 90), number("TRACKER_FEED_AHEAD_DAYS", 800))
TRACKER_FEED_ENDED_DAYS = number("TRACKER_FEED_ENDED_DAYS", 30)
# How the county is called in full in formal notices, the prefix of their numbers where a unit has none of its own, and
# where the county keeps licensed typefaces (仿宋, 小标宋) that open ones stand in for.
TRACKER_COUNTY = env("TRACKER_COUNTY", "稷山县")
TRACKER_NOTICE_PREFIX = env("TRACKER_NOTICE_PREFIX", "稷督")
TRACKER_FONT_DIR = Path(env("TRACKER_FONT_DIR", str(DATA / "fonts")))
# A program signs in again after this many hours.
TRACKER_API_TOKEN_HOURS = number("TRACKER_API_TOKEN_HOURS", 12)
# At most so many tasks are changed by one bulk action, so many rows are read from one uploaded ledger, and so many times a
# person takes the ledger out as a file within an hour.
TRACKER_BULK_MOST = number("TRACKER_BULK_MOST", 300, least=1)
TRACKER_IMPORT_ROWS = number("TRACKER_IMPORT_ROWS", 5000, least=1)
TRACKER_EXPORTS_PER_HOUR = number("TRACKER_EXPORTS_PER_HOUR", 30, least=1)
# Up to so many rows are done, or written as a file, while the person waits; more is left to a job.
TRACKER_BULK_AT_ONCE = number("TRACKER_BULK_AT_ONCE", 50)
TRACKER_EXPORT_AT_ONCE = number("TRACKER_EXPORT_AT_ONCE", 3000)
# Where the files lie that a job has written, and for how many days; they can be made anew, so no backup holds them.
TRACKER_EXPORT_DIR = Path(env("TRACKER_EXPORT_DIR", str(DATA / "exports")))
TRACKER_EXPORT_DAYS = number("TRACKER_EXPORT_DAYS", 7, least=1)
TRACKER_MAX_UPLOAD = number("TRACKER_MAX_UPLOAD", 10 * 1024 * 1024)
# Units are put in no order by what they have done unless the county asks for it. Weights are whole percents.
TRACKER_RANKING = flag("TRACKER_RANKING")
try:
    TRACKER_ASSESSMENT_WEIGHTS = Weights(
        on_time=number("TRACKER_WEIGHT_ON_TIME", 100),
        late=number("TRACKER_WEIGHT_LATE", 50),
        open_late=number("TRACKER_WEIGHT_OPEN_LATE", 0),
        not_achieved=number("TRACKER_WEIGHT_NOT_ACHIEVED", 0),
        soft=number("TRACKER_WEIGHT_SOFT", 50),
        part=number("TRACKER_WEIGHT_PART", 0),
    )
except ValueError as error:
    raise ImproperlyConfigured(f"TRACKER_WEIGHT_…: {error}.") from error

# What a unit may be asked for and told in a month before the reporting-load page shows it as too much.
TRACKER_LOAD_CAP = {"messages": number("TRACKER_CAP_MESSAGES", 22), "reports": number("TRACKER_CAP_REPORTS", 10)}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    # Feed addresses carry a secret, and an address may turn up in any line.
    "filters": {"without_secrets": {"()": "tracker.interfaces.ics.redaction.WithoutSecrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secrets"]},
    },
    "root": {"handlers": ["console"], "level": env("TRACKER_LOG_LEVEL", "INFO")},
    # Django's own handlers would write, or mail, lines that the filter above has not seen.
    "loggers": {
        "axes": {"level": "WARNING"},
        # Tells of every glyph it leaves out of a notice's file.
        "fontTools": {"level": "WARNING"},
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
    },
}
