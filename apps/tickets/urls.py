from django.urls import path

from apps.tickets import views

urlpatterns = [
    path("ask/", views.ask_office, name="ask_office"),
    path("ask/<int:pk>/more/", views.question_more, name="question_more"),
    path("ask/<int:pk>/close/", views.question_close, name="question_close"),
    path("ask/people/<int:pk>/add/", views.suggested_person_add, name="suggested_person_add"),
    path("help-requests/", views.help_requests, name="help_requests"),
    path("help-requests/<int:pk>/", views.help_request, name="help_request"),
    path("help-requests/<int:pk>/take/", views.help_request_take, name="help_request_take"),
]
