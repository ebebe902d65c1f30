"""One settings file. Everything that differs between machines comes from the environment (see .env.example)."""

import os
import sys
from pathlib import Path

# The pinned PyPI tzdata, never the machine's: Python and the calendar files we send must agree on every machine.
os.environ.setdefault("PYTHONTZPATH", "")

import zoneinfo

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

zoneinfo.reset_tzpath(to=())

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- where we are -----------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
IS_LOCAL = env.bool("RAPPORT_LOCAL", False)  # set by `manage.py local` and the tests: loopback only, "Enter as ..."
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SECRET_KEY = env.str("SECRET_KEY", "only-for-this-machine-" + "0" * 40 if IS_LOCAL else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random text (or run `make run` for a local trial).")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if IS_LOCAL else [])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# After SECRET_KEY was changed: the ones before, by which what they sealed and signed can still be read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if IS_LOCAL and not SITE_URL.startswith(("http://127.0.0.1", "http://localhost")):
    raise ImproperlyConfigured("RAPPORT_LOCAL opens the door to everybody; it is only for a loopback SITE_URL.")
if IS_LOCAL and ("SECRET_KEY" in env or not {"127.0.0.1", "localhost"}.issuperset(ALLOWED_HOSTS)):
    raise ImproperlyConfigured(
        "SECRET_KEY or ALLOWED_HOSTS is set, here or in .env: that is a real installation, and RAPPORT_LOCAL would "
        "open its door to everybody. For a trial on this machine (make run), unset them."
    )

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rules.apps.AutodiscoverRulesConfig",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "apps.tables",
    "apps.audit",
    "apps.installation",
    "apps.wording",
    "apps.policy",
    "apps.accounts",
    "apps.mail",
    "apps.files",
    "apps.shelf",
    "apps.students",
    "apps.alumni",
    "apps.network",
    "apps.organizations",
    "apps.directory",
    "apps.tickets",
    "apps.finding",
    "apps.interviews",
    "apps.suggestions",
    "apps.growth",
    "apps.reminders",
    "apps.coaching",
    "apps.practice",
    "apps.cohorts",
    "apps.handover",
    "apps.moderation",
    "apps.privacy",
    "apps.office",
]
if IS_LOCAL:
    INSTALLED_APPS.append("apps.local")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each page by chance and masks tokens, against BREACH
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "apps.accounts.middleware.headers",
    "apps.web.gate.readable",
    "apps.web.gate.busy",
    "apps.installation.belonging.no_page_of_a_copy",
    "apps.accounts.sessions.Sessions",
    "django.middleware.common.CommonMiddleware",
    "apps.web.directions.isolating",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.reader",
    "apps.audit.trail.by_reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.seen",
    "apps.accounts.middleware.own_zone",
    "apps.accounts.middleware.region_of_office",
    "apps.accounts.middleware.no_blank_page",
    "apps.accounts.middleware.closed_by_default",
    "apps.accounts.middleware.newest_address",
    "apps.accounts.middleware.second_step_first",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "apps.web.breaks",
                "apps.web.icons",
                "apps.web.controls",
                "apps.web.links",
                "apps.web.menu",
                "apps.web.moments",
                "apps.interviews.lifecycle.tags",
                "apps.interviews.sharing.tags",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.policy.context.policy",
                "apps.accounts.context.roles",
                "apps.reminders.context.unread",
                *(["apps.local.context.enter_as"] if IS_LOCAL else []),
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.Jinja2"  # Django’s own mark-up of inputs, a third faster

# --- data -------------------------------------------------------------------------------------------------------------

_database: dict = env.db("DATABASE_URL", "postgresql://rapport:rapport@127.0.0.1:5432/rapport")
_limits = "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
_limits += " -c random_page_cost=1.1"  # a page lies in memory or on an SSD: an index is not dearer than the whole table
_part = next((word for word in ("worker", "beat") if word in sys.argv), "web")
if Path(sys.argv[0]).name == "manage.py":
    _part = " ".join(["manage.py", *sys.argv[1:2]])
_prepared: dict = {"server_side_binding": True, "prepare_threshold": 3}  # planned once for each connection (ADR 12)
DATABASES = {
    "default": {
        **_database,
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {
            **_prepared,
            "connect_timeout": 5,  # seconds: a server that takes a call and says nothing is away
            **_database.get("OPTIONS", {}),
            "options": _limits,
            "application_name": _part,
        },
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
    }
}
# `manage.py prepare` connects as the owner of the tables and lets this role use them (apps/audit/app_role.py).
_app = env.db("APP_DATABASE_URL", "postgresql://") if env.str("APP_DATABASE_URL", "") else {}
APP_ROLE = {"name": _app["USER"], "password": _app["PASSWORD"]} if _app else {}
BACKUPS = env.str("BACKUPS", "")  # the folder in which `prepare` looks for a backup before it migrates
PREPARED_QUERIES = env.bool("PREPARED_QUERIES", True)  # apps/database/prepared.py; off, plain QuerySets are asked
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {"BACKEND": "apps.database.cache.HonestCache", "LOCATION": "cache"},
    # What each process may work out for itself, where asking another for it would cost a statement.
    "near": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5_000}},
}
SESSION_ENGINE = "apps.accounts.sessions"

# --- work: prompt, never the source of truth (docs/operations.md) -----------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "socket_keepalive": True,
    "max_retries": 0,  # a nudge that finds no broker gives up at once; workers wait for theirs all the same
}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
SWEEP_EVERY = env.float("SWEEP_EVERY", 30.0)  # seconds between two looks at what is due
_tick = {"schedule": SWEEP_EVERY, "options": {"expires": SWEEP_EVERY * 5 / 6}}
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "apps.reminders.tasks.sweep", **_tick},
    "deliver": {"task": "apps.mail.tasks.deliver", **_tick},
    "imports": {"task": "apps.alumni.tasks.take_up", **_tick},
    "privacy": {"task": "apps.privacy.tasks.look", **_tick},
}

# --- mail: only apps/mail sends ---------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", "smtp://127.0.0.1:1025")
MAIL_FROM = env.str("MAIL_FROM", "rapport@localhost.localdomain" if IS_LOCAL else "")
if not MAIL_FROM:
    raise ImproperlyConfigured("Set MAIL_FROM to the address that mails come from.")
# How many seconds the mail server may take for one answer. A whole message, and every lease, is a multiple of it.
# Where what cannot be delivered comes back to; the id of each message is put before its @. Empty: MAIL_FROM.
MAIL_RETURN_PATH = env.str("MAIL_RETURN_PATH", "")
MAIL_TIMEOUT = env.float("MAIL_TIMEOUT", 15.0)
_mail = env.email_url_config(EMAIL_URL)
MAILERS = {
    "default": {
        "BACKEND": "apps.mail.smtp.EmailBackend",
        "OPTIONS": {
            "host": _mail["EMAIL_HOST"],
            "port": _mail["EMAIL_PORT"] or 25,
            "username": _mail["EMAIL_HOST_USER"] or "",
            "password": _mail["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": bool(_mail.get("EMAIL_USE_TLS")),
            "use_ssl": bool(_mail.get("EMAIL_USE_SSL")),
            "timeout": MAIL_TIMEOUT,
        },
    }
}
# A provider instead of a mail server: its name, and what its key is called there (docs/operations.md).
MAIL_PROVIDERS = {
    "brevo": "API_KEY",
    "mailgun": "API_KEY",
    "mailjet": "API_KEY",
    "postmark": "SERVER_TOKEN",
    "sparkpost": "API_KEY",
}
MAIL_PROVIDER = env.str("MAIL_PROVIDER", "")
ANYMAIL: dict = {}
if MAIL_PROVIDER:
    if MAIL_PROVIDER not in MAIL_PROVIDERS:
        raise ImproperlyConfigured(f"MAIL_PROVIDER is one of {', '.join(MAIL_PROVIDERS)}, or empty for a mail server.")
    if not env.str("MAIL_PROVIDER_KEY", ""):
        raise ImproperlyConfigured(f"Set MAIL_PROVIDER_KEY to the key that {MAIL_PROVIDER} gave you.")
    MAILERS["default"] = {
        "BACKEND": f"anymail.backends.{MAIL_PROVIDER}.EmailBackend",
        "OPTIONS": {"timeout": MAIL_TIMEOUT},
    }
    _own = {MAIL_PROVIDERS[MAIL_PROVIDER]: env.str("MAIL_PROVIDER_KEY")}
    _own |= {name.upper(): value for name, value in env.dict("MAIL_PROVIDER_OPTIONS", default={}).items()}
    ANYMAIL = {f"{MAIL_PROVIDER.upper()}_{name}": value for name, value in _own.items()}
    # What a provider tells us afterwards must carry this, as "name:password". Without it we do not listen.
    ANYMAIL["WEBHOOK_SECRET"] = env.str("MAIL_WEBHOOK_SECRET", "")
    if MAIL_PROVIDER != "brevo":  # it has no such switch; there it is in the account
        ANYMAIL["SEND_DEFAULTS"] = {"track_clicks": False, "track_opens": False}  # a followed link is the reader's own

# --- people and sign-in: django-allauth, nothing of our own -----------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "apps.accounts.backends.Backend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "apps.mail.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "apps.accounts.forms.SignInForm",
    "request_login_code": "apps.accounts.forms.AskForCodeForm",
    "confirm_login_code": "apps.accounts.forms.CodeForm",
    "confirm_email_verification_code": "apps.accounts.forms.AddressCodeForm",
    "add_email": "apps.accounts.forms.NewAddressForm",
    "reset_password": "apps.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "apps.accounts.forms.PasswordByLinkForm",
    "change_password": "apps.accounts.forms.ChangePasswordForm",
    "set_password": "apps.accounts.forms.FirstPasswordForm",
    "reauthenticate": "apps.accounts.forms.PasswordAgainForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True  # one address a person; the new one is confirmed before it replaces the old
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = False  # a new code is asked for as the first was: alike for an unknown address
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "apps.accounts.tokens.PasswordLink"  # asks no database
PASSWORD_RESET_TIMEOUT = 3600
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_RATE_LIMITS = {  # a whole class signs in from behind one campus address; one account is guessed at slowly
    "login": "1200/m/ip",  # only against a flood: what is tried is counted below
    # A key is an address with the browser that knows it, or with a network; "strangers": all networks; "network": all
    # addresses, after which each has its "first" tries from there left (budgets.py); "proven": by a proof of work.
    "login_failed": "5/5m/key",
    "login_failed_strangers": "50/h/key",
    "login_failed_network": "30/m/ip,300/h/ip",
    "login_failed_first": "2/h/key",
    "request_login_code": "3/m/key,12/h/key",
    "request_login_code_strangers": "40/h/key",
    "request_login_code_network": "120/m/ip",
    "request_login_code_first": "1/h/key",
    "request_login_code_proven": "60/h/key",
    "reset_password": None,  # allauth’s own count; ours follows
    "reset_password_of": "3/m/key,12/h/key",
    "reset_password_of_strangers": "40/h/key",
    "reset_password_of_network": "60/m/ip",
    "reset_password_of_first": "1/h/key",
    "reset_password_of_proven": "60/h/key",
    "practice_friend": "30/h/key",  # what the holder of a link sends to a student
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # how long after a proof one may do what is weighty
ACCOUNT_SESSION_REMEMBER = True
USERSESSIONS_TRACK_ACTIVITY = True
USERSESSIONS_ADAPTER = "apps.accounts.sessions.DevicesAdapter"
# Coaches and the office set up a second step before anything else (R251). Off where "Enter as ..." opens the door.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", not IS_LOCAL)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "apps.accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "apps.accounts.forms.SecondFactorForm",
    "reauthenticate": "apps.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "apps.accounts.forms.AppForm",
    "add_webauthn": "apps.accounts.forms.AddKeyForm",
    "edit_webauthn": "apps.accounts.forms.RenameKeyForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up: an address is the office's, or its code was typed in
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_LOCAL
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXIES", 0)

# --- browser-facing ---------------------------------------------------------------------------------------------------

_https = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # asked from inside, without the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
# Only when asked for: browsers ship the list, and to get off it again takes months (hstspreload.org).
SECURE_HSTS_PRELOAD = _https and env.bool("HSTS_PRELOAD", False)
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
KNOWN_COOKIE_NAME = "__Host-known" if _https else "known"  # a browser that signed in before (apps/accounts/budgets.py)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "apps.web.answers.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "media-src": [CSP.SELF, "blob:"],  # a rehearsal that was recorded in this browser, and stays there
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

SOURCE_URL = env.str("SOURCE_URL", "")  # where this installation's source can be had, for the page that says so

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
# In the tests nothing is collected, and a changed file shows at once; `make run` collects into its folder.
STATIC_ROOT = env.str("STATIC_ROOT", "" if IS_LOCAL else str(BASE_DIR / "staticfiles")) or None
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "apps.web.bundles.BundleFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_ROOT
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # that HSTS_PRELOAD is off: its installation decides

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "apps.accounts.quiet_log.QuietFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}
