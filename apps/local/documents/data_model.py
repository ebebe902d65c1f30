"""docs/data-model.md: every table of ours, what it is for, and what it points at."""

from collections.abc import Iterable

from django.apps import AppConfig, apps
from django.db.models import Field, Model

HEAD = """# The data model

Made by `make docs` from the models; do not edit it by hand (`make check` compares). A field in **bold** must be
given. What a table may hold stands with it: constraints are the database’s, and no form can go around them.
"""


def data_model() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(_app(config) for config in _ours())])


def _ours() -> Iterable[AppConfig]:
    """Our apps that have tables, but for the local stack, which no installation has."""
    found = [
        config for config in apps.get_app_configs() if config.name.startswith("apps.") and any(config.get_models())
    ]
    return sorted((config for config in found if config.label != "local"), key=lambda config: config.label)


def _app(config: AppConfig) -> str:
    models = sorted(config.get_models(), key=lambda model: model.__name__)
    return "\n".join([f"## {config.label}", "", *_diagram(models), "", *(_model(model) for model in models)])


def _diagram(models: list[type[Model]]) -> list[str]:
    """Return the arrows of foreign keys as a mermaid diagram."""
    arrows = [arrow for model in models for field in _columns(model) if (arrow := _arrow(model, field))]
    return ["```mermaid", "erDiagram", *(arrows or [f"    {model.__name__}" for model in models]), "```"]


def _arrow(model: type[Model], field: Field) -> str:
    """Return the arrow of a foreign key; nothing for a plain field."""
    if field.related_model is None:
        return ""
    many = "|o--||" if field.one_to_one else "}o--||"
    return f"    {model.__name__} {many} {field.related_model.__name__} : {field.name}"


def _model(model: type[Model]) -> str:
    purpose = (model.__doc__ or "").strip().split("\n")[0]
    rows = [f"| {_name(field)} | {_kind(field)} |" for field in _columns(model)]
    rules = sorted(constraint.name for constraint in model._meta.constraints)
    told = [f"Kept by the database: {', '.join(f'`{name}`' for name in rules)}.", ""] if rules else []
    lines = [f"### {model.__name__}", "", *([purpose, ""] if _is_ours(model, purpose) else [])]
    return "\n".join([*lines, "| field | holds |", "| --- | --- |", *rows, "", *told])


def _is_ours(model: type[Model], purpose: str) -> bool:
    """Whether somebody wrote it: Django fills the place with the names of the fields."""
    return bool(purpose) and not purpose.startswith(f"{model.__name__}(")


def _columns(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.get_fields() if isinstance(field, Field) and not field.auto_created]


def _name(field: Field) -> str:
    is_required = not (field.blank or field.null or field.has_default() or getattr(field, "auto_now_add", False))
    return f"**`{field.name}`**" if is_required else f"`{field.name}`"


def _kind(field: Field) -> str:
    """Say what a field holds, in words."""
    if field.related_model is not None:
        other = field.related_model.__name__
        return f"{'one' if field.one_to_one else 'an' if other[0] in 'AEIO' else 'a'} {other}"
    name = field.get_internal_type().removesuffix("Field")
    return f"{name}: {', '.join(str(value) for value, _ in field.flatchoices if value)}" if field.flatchoices else name
