"""The floor: a bare Django page, one template and the middleware of a new project that needs no database."""

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.template import engines
from django.urls import path

settings.configure(
    SECRET_KEY="only for this floor",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
)
django.setup()
TEMPLATE = engines["django"].from_string("<!doctype html><title>{{ title }}</title><p>{{ title }}</p>")


def bare(request):
    return HttpResponse(TEMPLATE.render({"title": "A page"}))


urlpatterns = [path("bare/", bare)]
application = get_wsgi_application()
