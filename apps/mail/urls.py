from django.urls import path

from apps.mail import views

urlpatterns = [
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("mail/events/", views.mail_events, name="mail_events"),
]
