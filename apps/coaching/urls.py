from django.urls import path

from apps.coaching import views, views_notes

urlpatterns = [
    path("", views.caseload, name="caseload"),
    path("students/<int:pk>/", views.student, name="caseload_student"),
    path("students/<int:pk>/notes/", views_notes.note_add, name="coach_note_add"),
    path("students/<int:pk>/notes/back/", views_notes.note_back, name="coach_note_back"),
    path("students/<int:pk>/write/<slug:kind>/", views_notes.letter, name="coach_letter"),
    path("notes/<int:pk>/", views_notes.note_change, name="coach_note_change"),
    path("notes/<int:pk>/remove/", views_notes.note_remove, name="coach_note_remove"),
    path("said/", views_notes.shared_notes, name="coach_said"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/comments/", views.comment, name="review_comment"),
    path("reviews/<int:pk>/comments/back/", views.comment_back, name="review_comment_back"),
    path("reviews/comments/<int:pk>/", views.comment_change, name="review_comment_change"),
    path("reviews/comments/<int:pk>/remove/", views.comment_remove, name="review_comment_remove"),
    path("reviews/<int:pk>/verdict/", views.verdict, name="review_verdict"),
]
