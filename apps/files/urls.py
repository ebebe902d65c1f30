from django.urls import path

from apps.files import views

urlpatterns = [path("files/<int:pk>/", views.private_file, name="private_file")]
