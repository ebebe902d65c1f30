"""A search of one's people looks in what a conversation gave, in the student's words, as in the rest of a reflection."""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("apps.network.migrations.0010_search_kept_ready").SAYING.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
_GAINS = ("clarity", "openings", "confidence", "field", "strengths")
_NOW = _BEFORE.replace("debrief.summary", ", ".join(["debrief.summary", *(f"debrief.gain_{gain}" for gain in _GAINS)]))


class Migration(migrations.Migration):
    dependencies = [("network", "0013_private_people_apart"), ("interviews", "0024_gains_in_words")]

    operations = [migrations.RunSQL(_NOW, _BEFORE)]
