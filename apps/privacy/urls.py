from django.urls import path

from apps.privacy import views, views_office

urlpatterns = [
    path("what-we-keep/", views.what_we_keep, name="what_we_keep"),
    path("me/data/", views.my_data, name="my_data"),
    path("me/data/copy/", views.copy_ask, name="copy_ask"),
    path("me/data/delete/", views.erasure, name="erasure"),
    path("me/data/keep/", views.erasure_keep, name="erasure_keep"),
    path("data/<str:token>/", views.data_enter, name="data_enter"),
    path("data/file/<int:pk>/", views.data_file, name="data_file"),
    path("office/people/<int:pk>/data/", views_office.person_data, name="office_person_data"),
    path("office/people/<int:pk>/data/copy/", views_office.person_copy, name="office_person_copy"),
    path("office/people/<int:pk>/data/delete/", views_office.person_erase, name="office_person_erase"),
    path("office/people/<int:pk>/data/keep/", views_office.person_keep, name="office_person_keep"),
    path("office/people/<int:pk>/data/hold/", views_office.person_hold, name="office_person_hold"),
    path("office/people/<int:pk>/data/lift/", views_office.person_lift, name="office_person_lift"),
    path("office/policy/kept/", views_office.retention, name="office_retention"),
]
