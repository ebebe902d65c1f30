from django.urls import path

from apps.growth import views

urlpatterns = [
    path("progress/", views.progress, name="progress"),
    path("progress/rate/", views.rate, name="progress_rate"),
    path("progress/notes/", views.notes, name="progress_notes"),
    path("progress/paths.csv", views.export, name="progress_export"),
    path("progress/gains.csv", views.export_gains, name="progress_gains_export"),
    path("progress/paths/add/", views.path_add, name="path_add"),
    path("progress/paths/<int:pk>/", views.path_edit, name="path_edit"),
    path("progress/paths/<int:pk>/remove/", views.path_remove, name="path_remove"),
    path("progress/paths/<int:pk>/restore/", views.path_restore, name="path_restore"),
]
