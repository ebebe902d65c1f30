from django.apps import AppConfig
from django.db.models import fields


class WordingConfig(AppConfig):
    name = "apps.wording"

    def ready(self) -> None:
        fields.BLANK_CHOICE_LABEL = "Choose one"  # Django’s own is no sentence of ours; it names this place for it
