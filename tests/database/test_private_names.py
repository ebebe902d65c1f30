"""Every name that we lean on and its owner does not promise: of Django, allauth, anymail, Celery and others.

After an upgrade this file says what is gone or has another shape, and what to read then. Which underscored names and
which undocumented modules `apps` and `config` use, a walk over the code finds by itself: a new one needs a line here.
"""

import ast
import importlib
import inspect
import smtplib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from allauth.account import app_settings as account_settings
from allauth.account import forms as account_forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal import stagekit
from allauth.account.internal.flows import email_verification_by_code
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage
from allauth.account.views import request_login_code
from allauth.core import ratelimit
from allauth.core.internal import ratelimit as counting
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from anymail.signals import AnymailTrackingEvent
from celery import Celery, current_app
from django import forms
from django.conf import settings
from django.contrib.admindocs.views import simplify_regex
from django.contrib.auth.middleware import get_user
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.backends import db as db_sessions
from django.core import validators
from django.core.cache.backends.db import DatabaseCache
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.db.models.expressions import BaseExpression
from django.db.models.sql.compiler import SQLCompiler
from django.template.base import FilterExpression, Parser
from django.template.defaulttags import URLNode
from django.urls import get_resolver
from psycopg import Connection, Cursor

from apps.accounts.models import User
from apps.mail import provider_events

pytestmark = pytest.mark.django_db
OWNERS = ("django", "allauth", "anymail", "celery", "kombu", "psycopg")


@dataclass(frozen=True)
class Private:
    """One name: how it must look, and what to read when it does not look so."""

    name: str
    is_so: object  # called without arguments
    read: str

    def __str__(self):
        return self.name

    @property
    def users(self):
        """The files that speak of it."""
        return [path for path, _, text in sources() if self.name.rpartition(".")[2] in text]


def takes(found, *names):
    """Whether a function can be called with these arguments by their place, `self` aside."""
    has = [name for name in inspect.signature(found).parameters if name != "self"]
    return has[: len(names)] == list(names)


def compiler():
    """A compiler that has written its SQL, of a query with a column beside the model's."""
    rows = User.objects.filter(pk=1).annotate(sessions=Count("pk"))
    found = rows.query.get_compiler(rows.db)
    found.as_sql()
    return found


def hooks():
    with transaction.atomic():
        transaction.on_commit(hooks, robust=True)
        found = connection.run_on_commit[-1]
        connection.run_on_commit.pop()
    return found


OFF = "Set PREPARED_QUERIES=false meanwhile. Then read django/db/models/"
PRIVATE = (
    # --- the cache, which says when it could not write ---
    Private(
        "django.core.cache.backends.db.DatabaseCache._base_set",
        lambda: takes(DatabaseCache._base_set, "mode", "key", "value", "timeout"),
        "Read django/core/cache/backends/db.py: what takes every DatabaseError for a faster neighbor.",
    ),
    # --- allauth: codes, their tries, and how long one waits ---
    Private(
        "allauth.core.internal.ratelimit",
        lambda: (
            {"request", "app", "action", "key"} <= set(inspect.signature(counting.consume).parameters)
            and takes(counting.get_rates, "app", "action")
            and takes(counting.get_cache_key, "request", "app", "action", "rate", "key")
            and {"amount", "duration", "per"} <= set(counting.Rate.__dataclass_fields__)
        ),
        "Read allauth/core/internal/ratelimit.py: the moments that are counted lie in the cache, the newest first.",
    ),
    Private(
        "allauth.account.adapter.DefaultAccountAdapter._login_failed_rl_usage",
        lambda: "_login_failed_rl_usage" in inspect.getsource(DefaultAccountAdapter.pre_authenticate),
        "Read allauth/account/adapter.py, `pre_authenticate`: what is given back after a password that was right.",
    ),
    Private(
        "allauth.account.internal.flows.email_verification_by_code.EMAIL_VERIFICATION_CODE_SESSION_KEY",
        lambda: isinstance(email_verification_by_code.EMAIL_VERIFICATION_CODE_SESSION_KEY, str),
        "Read allauth/account/internal/flows/email_verification_by_code.py: where the code for an address waits.",
    ),
    Private(
        "allauth.account.internal.stagekit.LOGIN_SESSION_KEY",
        lambda: "initiated_at" in inspect.getsource(Login.serialize) and isinstance(stagekit.LOGIN_SESSION_KEY, str),
        "Read allauth/account/internal/stagekit.py and models.py: where a sign-in under way waits, and since when.",
    ),
    # --- Django: the link to a new password ---
    Private(
        "django.contrib.auth.tokens.PasswordResetTokenGenerator._make_hash_value",
        lambda: takes(PasswordResetTokenGenerator._make_hash_value, "user", "timestamp"),
        "Read django/contrib/auth/tokens.py: apps/accounts/tokens.py adds that nobody was signed out since.",
    ),
    # --- Django: queries written once (ADR 12) ---
    Private(
        "django.db.models.sql.compiler.SQLCompiler",
        lambda: (
            takes(SQLCompiler.as_sql)
            and takes(SQLCompiler.execute_sql, "result_type")
            and takes(SQLCompiler.get_converters, "expressions")
            and compiler().connection.alias == "default"
        ),
        OFF + "sql/compiler.py: `results_iter` is to call `execute_sql` and `get_converters` of the compiler it is on.",
    ),
    Private(
        "django.db.models.sql.compiler.SQLCompiler.select",
        lambda: all(len(column) == 3 for column in compiler().select) and compiler().col_count is not None,
        OFF + "sql/compiler.py, `setup_query`: `select`, `col_count` and `has_extra_select` say how wide a row is.",
    ),
    Private(
        "django.db.models.sql.compiler.SQLCompiler.has_extra_select",
        lambda: compiler().has_extra_select is False,
        OFF + "sql/compiler.py, `execute_sql`: what it cuts from each row where columns were added for the order.",
    ),
    Private(
        "django.db.models.sql.Query.get_compiler",
        lambda: takes(User.objects.all().query.get_compiler, "using", "connection", "elide_empty"),
        OFF
        + "sql/query.py and query.py: every iterable of a QuerySet is to ask its query for the compiler, by `using`.",
    ),
    Private(
        "django.db.models.QuerySet._query",
        lambda: User.objects.all().__dict__["_query"] is not None and "query" not in User.objects.all().__dict__,
        OFF + "query.py, `QuerySet.__init__` and its property `query`: `_twin` puts another query in its place.",
    ),
    Private(
        "django.db.models.expressions.BaseExpression.as_sql",
        lambda: takes(BaseExpression.as_sql, "compiler", "connection"),
        OFF + "expressions.py: what an expression returns as parameters stands in those of the statement, untouched.",
    ),
    Private(
        "django.db.backends.utils.CursorWrapper",
        lambda: isinstance(connection.cursor(), CursorWrapper) and isinstance(connection.cursor().cursor, Cursor),
        "Read django/db/backends/utils.py: what `connection.cursor()` gives; its `cursor` is psycopg's own, whose "
        "`format` says whether an answer comes as text.",
    ),
    Private(
        "django.db.backends.base.base.BaseDatabaseWrapper",
        lambda: isinstance(connection.features.empty_fetchmany_value, list),
        "Read django/db/backends/base/base.py: what a connection is. Only types speak of it.",
    ),
    Private(
        "django.db.connection.wrap_database_errors",
        lambda: hasattr(connection.wrap_database_errors, "__enter__"),
        "Read django/db/utils.py: within it an error of psycopg becomes Django's.",
    ),
    Private(
        "django.db.connection.in_atomic_block",
        lambda: connection.in_atomic_block is True,
        "Read django/db/transaction.py: whether a transaction is open. No mail may leave inside of one.",
    ),
    Private(
        "psycopg.Connection.pipeline",
        lambda: isinstance(connection.connection, Connection) and takes(connection.connection.pipeline),
        "Set PREPARED_QUERIES=false meanwhile. psycopg promises `pipeline`; that `connection.connection` is its "
        "connection Django does not: read django/db/backends/base/base.py, `connect`.",
    ),
    # --- Django: the rest of the database ---
    Private(
        "django.db.models.Model._base_manager",
        lambda: User._base_manager.model is User,
        "Read the documentation of Managers: the one that hides no row. `_default_manager` is no stand-in.",
    ),
    Private(
        "django.db.connection.run_on_commit",
        lambda: hooks()[1] is hooks and len(hooks()) == 3,
        "Read django/db/backends/base/base.py, `on_commit`: the function is second in each tuple. Were it not found, "
        "a worker would be woken once for each mail of a transaction, which does no harm.",
    ),
    Private(
        "django.db.connection.ops.compose_sql",
        lambda: connection.ops.compose_sql("SELECT %s, %s", ["a'b", 1]) == "SELECT 'a''b', 1",
        "Read django/db/backends/postgresql/operations.py: a statement with its values in it.",
    ),
    Private(
        "django.db.models.sql.Query.sql_with_params",
        lambda: len(User.objects.filter(pk=1).query.sql_with_params()) == 2,
        "Read django/db/models/sql/query.py: the SQL of a query and its parameters.",
    ),
    Private(
        "django.db.migrations.executor.MigrationExecutor",
        lambda: (
            MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()) == []
        ),
        "Read django/core/management/commands/migrate.py with --check: /readyz asks in the same way.",
    ),
    Private(
        "django.db.models.Model._meta.db_table",
        lambda: User._meta.db_table == "accounts_user" and User._meta.app_label == "accounts",
        "Read the documentation of Meta options: the name of the table, and that of the app.",
    ),
    # --- Django: requests, forms, mail ---
    Private(
        "django.contrib.sessions.backends.db.SessionStore._get_session_from_db",
        lambda: takes(db_sessions.SessionStore._get_session_from_db),
        "Read django/contrib/sessions/backends/db.py: `load` asks it for the row, None where there is none.",
    ),
    Private(
        "django.contrib.sessions.backends.base.SessionBase._session_key",
        lambda: isinstance(db_sessions.SessionStore.__mro__[1]._session_key, property),
        "Read django/contrib/sessions/backends/db.py: a key whose row is gone becomes None, so that a new one is made.",
    ),
    Private(
        "django.contrib.auth.middleware.get_user",
        lambda: takes(get_user, "request"),
        "Read django/contrib/auth/middleware.py: what stands behind the lazy `request.user`.",
    ),
    Private(
        "django.template.defaulttags.URLNode",
        lambda: takes(URLNode.__init__, "view_name", "args", "kwargs", "asvar"),
        "Read django/template/defaulttags.py: what {% url %} becomes, which apps/web/links.py works out once.",
    ),
    Private(
        "django.template.base.FilterExpression",
        lambda: (
            (FilterExpression("'home'", Parser([])).var, FilterExpression("'home'", Parser([])).filters) == ("home", [])
        ),
        "Read django/template/base.py: the name in a {% url %}, as apps/web/links.py looks at it.",
    ),
    Private(
        "django.contrib.admindocs.views.simplify_regex",
        lambda: simplify_regex(r"^a/(?P<pk>\d+)/$") == "/a/<pk>/",
        "Read django/contrib/admindocs/views.py: an address as a person reads it. Only `make docs` asks.",
    ),
    Private(
        "django.urls.get_resolver",
        lambda: get_resolver().url_patterns is not None,
        "Read django/urls/resolvers.py: the tree of all addresses. Only `make docs` walks it.",
    ),
    Private(
        "django.forms.Field.default_error_messages",
        lambda: (
            "required" in forms.Field.default_error_messages and "invalid" in forms.IntegerField.default_error_messages
        ),
        "Read django/forms/fields.py, `Field.__init__`: its sentences by code, gathered over the classes.",
    ),
    Private(
        "django.core.validators.BaseValidator.message",
        lambda: all(
            hasattr(getattr(validators, f"{name}Validator"), "message")
            for name in ("Email", "MaxLength", "MinLength", "MinValue", "MaxValue")
        ),
        "Read django/core/validators.py: the sentence that a validator says unless it was given another.",
    ),
    Private(
        "django.forms.boundfield.BoundField",
        lambda: isinstance(forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect).widget.add_id_index, bool),
        "Read django/forms/boundfield.py and widgets.py: `add_id_index` tells a choice of several inputs.",
    ),
    Private(
        "django.core.mail.backends.smtp.EmailBackend._send",
        lambda: (
            takes(EmailBackend._send, "email_message") and takes(EmailBackend.prep_address, "address", "force_ascii")
        ),
        "Read django/core/mail/backends/smtp.py: `send_messages` calls it for each message, over `self.connection`.",
    ),
    Private(
        "django.core.mail.backends.smtp.EmailBackend._close_connection",
        lambda: (
            takes(EmailBackend._close_connection, "connection") and isinstance(EmailBackend.connection_class, property)
        ),
        "Read django/core/mail/backends/smtp.py, `open` and `close`: which class it connects by, and how it parts.",
    ),
    # --- Python ---
    Private(
        "smtplib.SMTP._get_socket",
        lambda: takes(smtplib.SMTP._get_socket, "host", "port", "timeout"),
        "Read smtplib.py, `connect`: it takes its socket from there.",
    ),
    Private(
        "smtplib.SMTP._rset",
        lambda: takes(smtplib.SMTP._rset) and takes(smtplib.SMTP.getreply),
        "Read smtplib.py, `data` and `sendmail`: how a refused message is taken back without losing the first answer.",
    ),
    # --- allauth ---
    Private(
        "allauth.account.internal.flows.login.get_authentication_records",
        lambda: (
            takes(get_authentication_records, "request", "user")
            and isinstance(account_settings.REAUTHENTICATION_TIMEOUT, int)
        ),
        "Read allauth/account/internal/flows/login.py: when and how somebody signed in, the newest last, as `at`.",
    ),
    Private(
        "allauth.account.internal.stagekit.get_pending_stage",
        lambda: takes(stagekit.get_pending_stage, "request"),
        "Read allauth/account/internal/stagekit.py: the step in which a sign-in waits for its code.",
    ),
    Private(
        "allauth.account.internal.stagekit.clear_login",
        lambda: takes(stagekit.clear_login, "request"),
        "Read allauth/account/internal/stagekit.py: how a sign-in that waits is given up, for another address.",
    ),
    Private(
        "allauth.account.stages.LoginByCodeStage",
        lambda: LoginByCodeStage.key == "login_by_code",
        "Read allauth/account/stages.py: the stage of a code by mail; its `state` holds the address.",
    ),
    Private(
        "allauth.mfa.base.internal.flows.post_authentication",
        lambda: takes(post_authentication, "request", "authenticator", "reauthenticated"),
        "Read allauth/mfa/base/internal/flows.py: what notes that somebody has just proved who they are.",
    ),
    Private(
        "allauth.account.internal.flows.reauthentication.get_reauthentication_flows",
        lambda: takes(get_reauthentication_flows, "user"),
        "Read allauth/account/internal/flows/reauthentication.py: whether allauth itself can ask who it is.",
    ),
    Private(
        "allauth.account.forms.RequestLoginCodeForm._user",
        lambda: (
            "self._user" in inspect.getsource(account_forms.RequestLoginCodeForm)
            and takes(account_forms.RequestLoginCodeForm.clean_email)
        ),
        "Read allauth/account/forms.py and the view: `_user` is whom the code is sent to, None for nobody.",
    ),
    Private(
        "allauth.account.forms.ResetPasswordForm.users",
        lambda: "self.users" in inspect.getsource(account_forms.ResetPasswordForm.save),
        "Read allauth/account/forms.py, `ResetPasswordForm.save`: `users` are those who get the link.",
    ),
    Private(
        "allauth.account.forms.ConfirmLoginCodeForm.expected_code",
        lambda: account_forms.ConfirmLoginCodeForm(code="123456").expected_code == "123456",
        "Read allauth/account/forms.py: empty where nobody has the address; we ask the database all the same.",
    ),
    Private(
        "allauth.account.forms.SetPasswordForm",
        lambda: (
            {"password1", "password2"}
            <= set(account_forms.SetPasswordForm.base_fields) | set(account_forms.SetPasswordForm(user=User()).fields)
        ),
        "Read allauth/account/forms.py: the names of the two passwords, which we compare before it does.",
    ),
    Private(
        "allauth.core.ratelimit",
        lambda: (
            "action" in inspect.signature(ratelimit.consume).parameters
            and takes(ratelimit.consume, "request")
            and takes(ratelimit.respond_429, "request")
        ),
        "Read allauth/core/ratelimit.py: how often an address may be tried, by the names of ACCOUNT_RATE_LIMITS.",
    ),
    Private(
        "allauth.core.exceptions.ImmediateHttpResponse",
        lambda: importlib.import_module("allauth.core.exceptions").ImmediateHttpResponse(None).response is None,
        "Read allauth/core/exceptions.py: the answer that a form may give in the place of its view.",
    ),
    Private(
        "allauth.account.adapter.DefaultAccountAdapter",
        lambda: (
            set(DefaultAccountAdapter.error_messages) >= {"incorrect_code", "email_taken", "too_many_login_attempts"}
            and takes(DefaultAccountAdapter.send_notification_mail, "template_prefix", "user", "context", "email")
            and takes(DefaultAccountAdapter.send_mail, "template_prefix", "email", "context")
        ),
        "Read allauth/account/adapter.py: the names of its sentences and mails, and what it calls to send them.",
    ),
    Private(
        "allauth.account.auth_backends.AuthenticationBackend",
        lambda: (
            takes(AuthenticationBackend.get_user, "user_id")
            and takes(AuthenticationBackend.user_can_authenticate, "user")
        ),
        "Read django/contrib/auth/backends.py, which it stands on: the person of a session, if they may enter still.",
    ),
    Private(
        "allauth.account.views.request_login_code",
        lambda: takes(request_login_code, "request"),
        "Read allauth/account/views.py: the view that sends a code, which we call anew for another.",
    ),
    Private(
        "allauth.mfa.adapter.DefaultMFAAdapter",
        lambda: (
            "incorrect_code" in DefaultMFAAdapter.error_messages
            and takes(DefaultMFAAdapter.can_delete_authenticator, "authenticator")
            and takes(DefaultMFAAdapter.generate_authenticator_name, "user", "type")
            and takes(DefaultMFAAdapter.get_public_key_credential_rp_entity)
        ),
        "Read allauth/mfa/adapter.py: the names of its sentences, and the questions it asks.",
    ),
    Private(
        "allauth.mfa.utils.is_mfa_enabled",
        lambda: takes(is_mfa_enabled, "user"),
        "Read allauth/mfa/utils.py: whether a person has a second step.",
    ),
    Private(
        "allauth.mfa.base.forms",
        lambda: hasattr(importlib.import_module("allauth.mfa.base.forms").AuthenticateForm, "clean_code"),
        "Read allauth/mfa/base/forms.py: the form that takes the code of a second step.",
    ),
    Private(
        "allauth.usersessions.models.UserSession",
        lambda: takes(UserSession.objects.create_from_request, "request"),
        "Read allauth/usersessions/middleware.py, whose place ours takes: how it notes where somebody is signed in.",
    ),
    # --- anymail, Celery ---
    Private(
        "anymail.webhooks.base.AnymailBaseWebhookView.parse_events",
        lambda: all(
            takes(view.run_validators, "request") and takes(view.parse_events, "request")
            for view in provider_events.READERS.values()
        ),
        "Read anymail/webhooks/base.py, `post`: first the secret is checked, then the events are read.",
    ),
    Private(
        "anymail.signals.AnymailTrackingEvent.esp_event",
        lambda: {"event_type", "reject_reason", "esp_event", "metadata"} <= vars(AnymailTrackingEvent(**EVENT)).keys(),
        "Read anymail/signals.py: what is known of an event, and what the provider said as it said it.",
    ),
    Private(
        "celery.current_app.loader.import_default_modules",
        lambda: takes(current_app.loader.import_default_modules) and hasattr(Celery("of a test"), "tasks"),
        "Read celery/loaders/base.py: it imports the tasks of every app, as a worker does when it starts.",
    ),
    Private(
        "kombu.exceptions.OperationalError",
        lambda: issubclass(importlib.import_module("kombu.exceptions").OperationalError, Exception),
        "Read celery/app/base.py, `send_task`: what it raises when there is no broker.",
    ),
)
EVENT = {"event_type": "bounced", "reject_reason": None, "esp_event": {}, "metadata": {}}

# Modules whose names their owners document; those of PRIVATE aside, nothing else may be imported.
DOCUMENTED = {
    "django",
    "django.apps",
    "django.conf",
    "django.contrib",
    "django.contrib.auth",
    "django.contrib.auth.models",
    "django.contrib.auth.views",
    "django.contrib.postgres.aggregates",
    "django.contrib.postgres.constraints",
    "django.contrib.postgres.expressions",
    "django.contrib.postgres.fields",
    "django.contrib.postgres.indexes",
    "django.forms.renderers",
    "django.forms.utils",
    "django.contrib.postgres.operations",
    "django.contrib.postgres.search",
    "django.contrib.sessions.backends",
    "allauth.usersessions.adapter",
    "django.contrib.sessions.base_session",
    "django.contrib.sessions.middleware",
    "django.contrib.sessions.models",
    "django.contrib.staticfiles.finders",
    "django.core",
    "django.core.asgi",
    "django.core.cache",
    "django.core.checks",
    "django.core.checks.registry",
    "django.core.exceptions",
    "django.core.files.storage",
    "django.core.files.uploadedfile",
    "django.core.mail",
    "django.core.management",
    "django.core.management.base",
    "django.core.paginator",
    "django.core.serializers",
    "django.core.serializers.json",
    "django.core.validators",
    "django.core.wsgi",
    "django.db",
    "django.db.backends.signals",
    "django.db.models",
    "django.db.models.fetch_modes",
    "django.db.models.functions",
    "django.db.models.lookups",
    "django.forms",
    "django.forms.boundfield",
    "django.http",
    "django.middleware.csrf",
    "django.shortcuts",
    "django.template",
    "django.template.loader",
    "django.templatetags.static",
    "django.urls",
    "django.utils",
    "django.utils.crypto",
    "django.utils.csp",
    "django.utils.functional",
    "django.utils.html",
    "django.utils.http",
    "django.utils.safestring",
    "django.utils.text",
    "django.views.defaults",
    "django.views.decorators.cache",
    "django.views.decorators.csp",
    "django.views.decorators.csrf",
    "django.views.decorators.http",
    "allauth.account.adapter",
    "allauth.account.models",
    "allauth.mfa.models",
    "allauth.mfa.signals",
    "allauth.mfa.totp.forms",  # named in its documentation of MFA_FORMS, as the next
    "allauth.mfa.webauthn.forms",
    "anymail.exceptions",
    "anymail.message",
    "anymail.signals",
    *(view.__module__ for view in provider_events.READERS.values()),  # as addresses; that we call them is in PRIVATE
    "celery",
    "psycopg",
    "psycopg.pq",
    "psycopg.sql",
    "psycopg.types.range",
}
PROMISED = {"_replace", "_exit", "_asdict", "_fields"}  # of named tuples and of os: documented under these names


@pytest.mark.parametrize("private", PRIVATE, ids=str)
def test_what_we_lean_on_is_as_we_need_it(private):
    try:
        is_so = private.is_so()
    except (AttributeError, TypeError, ImportError, KeyError) as error:
        pytest.fail(f"{private.name} is gone ({error!r}). {private.read} It is used in {private.users}.")
    assert is_so, f"{private.name} has another shape. {private.read} It is used in {private.users}."


def test_nothing_is_listed_that_nobody_uses():
    assert [private.name for private in PRIVATE if not private.users] == []


def test_no_underscored_name_of_others_is_missing_here():
    listed = {part for private in PRIVATE for part in private.name.split(".") if part.startswith("_")}
    assert {name: where for name, where in underscored().items() if name not in listed | PROMISED} == {}


def test_no_undocumented_module_is_missing_here():
    listed = DOCUMENTED | {private.name for private in PRIVATE}
    assert {name: where for name, where in imported().items() if not is_listed(name, listed)} == {}


def is_listed(name, listed):
    """Whether a module is documented, or what is taken from it stands in the table."""
    return name in listed or any(one.startswith(f"{name}.") for one in listed - DOCUMENTED)


# --- the walk over the code -------------------------------------------------------------------------------------------


@cache
def sources():
    """Return (path, tree, text) of every file that is ours, but for migrations."""
    files = [path for folder in ("apps", "config") for path in Path(settings.BASE_DIR, folder).rglob("*.py")]
    texts = [(path, path.read_text()) for path in sorted(files) if "migrations" not in path.parts]
    return [(str(path.relative_to(settings.BASE_DIR)), ast.parse(text), text) for path, text in texts]


def imported():
    """Return the modules of others that are imported, each with one place."""
    found = {}
    for path, tree, _ in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                found.setdefault(node.module, path)
            elif isinstance(node, ast.Import):
                found |= {alias.name: path for alias in node.names}
    return {name: path for name, path in found.items() if name.partition(".")[0] in OWNERS}


def underscored():
    """Return the underscored names that are asked of others, each with one place."""
    found = {}
    of_us = {name for _, tree, _ in sources() for name in methods(tree)}
    for path, tree, _ in sources():
        own = methods(tree) | set_on_self(tree)
        for name, is_on_self in asked_of(tree):
            if name not in (own | of_us if is_on_self else own):
                found.setdefault(name, path)
        for name in overridden(path, tree):
            found.setdefault(name, path)
    return found


def methods(tree):
    """Return the names that the classes of a module give to methods and attributes."""
    bodies = [one for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for one in node.body]
    named = {node.name for node in bodies if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return named | {one.id for node in bodies for one in ast.walk(node) if is_stored(one, ast.Name)}


def set_on_self(tree):
    return {node.attr for node in ast.walk(tree) if is_stored(node, ast.Attribute) and is_self(node.value)}


def is_stored(node, kind):
    return isinstance(node, kind) and isinstance(node.ctx, ast.Store)


def is_self(node):
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def asked_of(tree):
    """Yield (underscored name, whether it is asked of `self`): as an attribute, by getattr, as a keyword."""
    for node in ast.walk(tree):
        found = ()
        if isinstance(node, ast.Attribute):
            found = [(node.attr, is_self(node.value))]
        elif isinstance(node, ast.keyword):
            found = [(node.arg, False)]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "hasattr", "setattr"):
            found = [(getattr(node.args[1], "value", None), False)]
        yield from (one for one in found if is_private(one[0]))


def is_private(name):
    return isinstance(name, str) and name.startswith("_") and not name.startswith("__") and name != "_meta"


def overridden(path, tree):
    """Return the underscored names that a class of ours sets or defines and a class of others below it has as well."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    if not classes:
        return set()
    module = importlib.import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return {name for node in classes for name in names_in_common(node, getattr(module, node.name))}


def names_in_common(node, ours):
    theirs = [one for one in ours.__mro__ if not one.__module__.startswith(("apps.", "config."))]
    written = methods(ast.Module([node], [])) | set_on_self(node)
    return {name for name in written if is_private(name) and any(has(one, name) for one in theirs)}


def has(theirs, name):
    """Whether a class of others has a name: on the class, or set somewhere in its own text."""
    if name in vars(theirs):
        return True
    try:
        return f"self.{name} " in inspect.getsource(theirs)
    except (OSError, TypeError):  # built in
        return False
