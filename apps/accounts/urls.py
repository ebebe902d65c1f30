from django.urls import include, path

from apps.accounts import views, views_about

urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.account, name="account"),
    path("me/zone/", views.detect_zone, name="detect_zone"),
    path("me/role/", views.switch_role, name="switch_role"),
    path("me/sessions/<int:pk>/end/", views.session_end, name="session_end"),
    path("accessibility/", views_about.accessibility, name="accessibility"),
    path("source/", views_about.source, name="source"),
    path("house.css", views_about.house_css, name="house_css"),
    path("manifest.webmanifest", views_about.manifest, name="manifest"),
    path("accounts/prove/", views.prove, name="prove"),
    path("accounts/login/code/again/", views.another_code, name="another_code"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/mfa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
]
