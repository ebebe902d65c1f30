"""The few tags every page uses: icons, ticks, and times in somebody's zone."""

from django import template

register = template.Library()
