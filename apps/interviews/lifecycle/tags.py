"""The names of the stages in templates, no `load` needed: {% stage "talk" %} is Talk, {% counted "talk" %} Talked."""

from django import template

from apps.interviews.lifecycle.stages import StageName

register = template.Library()


@register.simple_tag
def stage(key: str) -> str:
    """Return the name of a stage; it never changes its tense."""
    return str(StageName(key).label)


@register.simple_tag
def counted(key: str) -> str:
    """Return what people are counted as who have come this far."""
    return StageName(key).counted
