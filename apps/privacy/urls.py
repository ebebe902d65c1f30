from django.urls import path

from apps.privacy import views

urlpatterns = [
    path("me/data/", views.my_data, name="my_data"),
    path("me/data/copy/", views.copy_ask, name="copy_ask"),
    path("data/<str:token>/", views.data_enter, name="data_enter"),
    path("data/file/<int:pk>/", views.data_file, name="data_file"),
]
