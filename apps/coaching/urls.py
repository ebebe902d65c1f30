from django.urls import path

from apps.coaching import views

urlpatterns = [
    path("", views.caseload, name="caseload"),
    path("students/<int:pk>/", views.student, name="caseload_student"),
    path("students/<int:pk>/notes/", views.note_add, name="coach_note_add"),
    path("said/", views.shared_notes, name="coach_said"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/comments/", views.comment, name="review_comment"),
    path("reviews/comments/<int:pk>/", views.comment_change, name="review_comment_change"),
    path("reviews/comments/<int:pk>/remove/", views.comment_remove, name="review_comment_remove"),
    path("reviews/<int:pk>/verdict/", views.verdict, name="review_verdict"),
]
