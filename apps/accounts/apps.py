from django.apps import AppConfig

from apps.accounts import checks  # noqa: F401 - registers what is asked before the start


class AccountsConfig(AppConfig):
    name = "apps.accounts"
