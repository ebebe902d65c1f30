from django.urls import path

from apps.today import views

urlpatterns = [
    path("today/", views.today, name="today"),
]
