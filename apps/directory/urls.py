from django.urls import path

from apps.directory import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<int:pk>/", views.alum, name="alum"),
    path("people/<int:pk>/save/", views.save, name="alum_save"),
]
