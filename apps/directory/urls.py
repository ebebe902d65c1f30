from django.urls import path

from apps.directory import views, views_saved

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/options/", views.options_of, name="people_options"),
    path("people/searches/", views_saved.saved_searches, name="saved_searches"),
    path("people/searches/save/", views_saved.save_search, name="save_search"),
    path("people/searches/<int:pk>/", views_saved.saved_search, name="saved_search"),
    path("people/searches/<int:pk>/rename/", views_saved.saved_search_rename, name="saved_search_rename"),
    path("people/searches/<int:pk>/mute/", views_saved.saved_search_mute, name="saved_search_mute"),
    path("people/searches/<int:pk>/delete/", views_saved.saved_search_delete, name="saved_search_delete"),
    path("people/searches/<int:pk>/undo/", views_saved.saved_search_undo, name="saved_search_undo"),
    path("people/searches/<int:pk>/stop/", views_saved.saved_search_stop, name="saved_search_stop"),
    path("s/<str:token>/", views_saved.enter_saved, name="saved_enter"),
    path("people/<int:pk>/", views.alum, name="alum"),
    path("alum/profile/preview/", views.preview, name="alum_preview"),
    path("people/<int:pk>/save/", views.save, name="alum_save"),
]
