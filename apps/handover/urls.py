from django.urls import path

from apps.handover import views

urlpatterns = [
    path("handover/", views.handover, name="handover"),
    path("handover/<int:pk>/undo/", views.undo, name="handover_undo"),
]
