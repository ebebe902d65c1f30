from django.urls import path

from apps.network import views, views_import

urlpatterns = [
    path("network/", views.network, name="network"),
    path("network/add/", views.contact_add, name="contact_add"),
    path("network/map/", views.map_people, name="map_people"),
    path("network/import/", views_import.imports, name="contact_import"),
    path("network/import/<int:pk>/", views_import.one, name="contact_import_one"),
    path("network/import/<int:pk>/columns/", views_import.columns, name="contact_import_columns"),
    path("network/import/<int:pk>/undo/", views_import.undo, name="contact_import_undo"),
    path("network/import/<int:pk>/forget/", views_import.forget, name="contact_import_forget"),
    path("network/<int:pk>/", views.contact, name="contact"),
    path("network/<int:pk>/edit/", views.contact_edit, name="contact_edit"),
    path("network/<int:pk>/remove/", views.contact_archive, name="contact_archive"),
    path("network/<int:pk>/restore/", views.contact_restore, name="contact_restore"),
    path("network/<int:pk>/touch/", views.touch, name="contact_touch"),
    path("network/<int:pk>/cadence/", views.cadence, name="contact_cadence"),
    path("network/<int:pk>/write/", views.write, name="contact_write"),
    path("network/<int:pk>/steps/", views.step_add, name="step_add"),
    path("network/<int:pk>/outcomes/", views.outcome_add, name="outcome_add"),
    path("network/steps/<int:pk>/done/", views.step_done, name="step_done"),
    path("network/outcomes/<int:pk>/thanked/", views.second_thanks, name="second_thanks"),
    path("network/referrals/<int:pk>/told/", views.loop_closed, name="loop_closed"),
]
