"""What a browser is called: {% load devices %}{{ session.user_agent|device }}."""

from allauth.usersessions.models import UserSession
from django import template
from django.http import HttpRequest

from apps.accounts import sessions

register = template.Library()

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    *(("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS X", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux")),
)


@register.filter
def device(user_agent: str) -> str:
    """Firefox on Windows, of what a browser says about itself; else: A device we do not know."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser or 'A browser'} on {system}" if system else browser or "A device we do not know"


@register.filter
def is_here(noted: UserSession, request: HttpRequest) -> bool:
    """{{ session|is_here:request }}: whether this is the device that reads the page."""
    return sessions.is_here(noted, request)
