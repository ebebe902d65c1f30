from django.urls import path

from apps.reminders import health, views, views_today

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("today/", views_today.today, name="today"),
    path("notices/", views.notices, name="notices"),
    path("notices/<int:pk>/done/", views.done, name="notice_done"),
    path("notices/<int:pk>/dismiss/", views.dismiss, name="notice_dismiss"),
    path("notices/<int:pk>/snooze/", views.snooze, name="notice_snooze"),
    path("notices/<int:pk>/reopen/", views.reopen, name="notice_reopen"),
    path("me/reminders/", views.preferences, name="reminder_preferences"),
]
