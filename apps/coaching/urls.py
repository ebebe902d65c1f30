from django.urls import path

from apps.coaching import views

urlpatterns = [
    path("", views.caseload, name="caseload"),
    path("students/<int:pk>/", views.student, name="caseload_student"),
    path("students/<int:pk>/notes/", views.note_add, name="coach_note_add"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/comments/", views.comment, name="review_comment"),
    path("reviews/<int:pk>/verdict/", views.verdict, name="review_verdict"),
]
