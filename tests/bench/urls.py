"""Every address of the site, and the floor: a bare Django page."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

import config.urls

TEMPLATE = engines["django"].from_string("<!doctype html><title>{{ title }}</title><p>{{ title }}</p>")


def bare(request):
    return HttpResponse(TEMPLATE.render({"title": "A page"}))


urlpatterns = [path("bare/", bare), *config.urls.urlpatterns]
