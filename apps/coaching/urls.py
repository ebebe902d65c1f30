from django.urls import path

from apps.coaching import views, views_caseload, views_letters, views_notes

urlpatterns = [
    path("", views_caseload.caseload, name="caseload"),
    path("caseload.csv", views_caseload.export, name="caseload_export"),
    path("views/", views_caseload.view_save, name="caseload_view_save"),
    path("views/back/", views_caseload.view_back, name="caseload_view_back"),
    path("views/<int:pk>/remove/", views_caseload.view_remove, name="caseload_view_remove"),
    path("students/<int:pk>/", views.student, name="caseload_student"),
    path("students/<int:pk>/notes/", views_notes.note_add, name="coach_note_add"),
    path("students/<int:pk>/notes/back/", views_notes.note_back, name="coach_note_back"),
    path("students/<int:pk>/shared/", views_notes.shared_add, name="shared_note_add"),
    path("students/<int:pk>/shared/back/", views_notes.shared_back, name="shared_note_back"),
    path("students/<int:pk>/write/<slug:kind>/", views_letters.letter, name="coach_letter"),
    path("write/", views_letters.many, name="coach_letters"),
    path("write/back/", views_letters.letter_back, name="coach_letter_back"),
    path("notes/<int:pk>/", views_notes.note_change, name="coach_note_change"),
    path("notes/<int:pk>/remove/", views_notes.note_remove, name="coach_note_remove"),
    path("shared/<int:pk>/", views_notes.shared_change, name="shared_note_change"),
    path("shared/<int:pk>/remove/", views_notes.shared_remove, name="shared_note_remove"),
    path("said/", views_letters.shared_notes, name="coach_said"),
    path("said/mute/", views_letters.mute, name="coach_mute"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/comments/", views.comment, name="review_comment"),
    path("reviews/<int:pk>/comments/back/", views.comment_back, name="review_comment_back"),
    path("reviews/comments/<int:pk>/", views.comment_change, name="review_comment_change"),
    path("reviews/comments/<int:pk>/remove/", views.comment_remove, name="review_comment_remove"),
    path("reviews/<int:pk>/verdict/", views.verdict, name="review_verdict"),
]
