"""With whom a student shares their introduction, for its page, which is of a room below."""

from django import template
from django.utils import timezone

from apps.accounts.models import User
from apps.interviews.sharing.box import Sharing, sharing_of_introduction

register = template.Library()


@register.simple_tag
def introduction_sharing(student: User) -> Sharing:
    """Say who reads it, whether it waits, who stands in: {% introduction_sharing user as sharing %}."""
    return sharing_of_introduction(student, timezone.now())
