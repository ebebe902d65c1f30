from django.urls import path

from apps.reminders import health, views, views_mailed

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("notices/", views.notices, name="notices"),
    path("notices/act/", views.act, name="notice_act"),
    path("notices/<int:pk>/undo/", views.undo, name="notice_undo"),
    path("notices/<int:pk>/done/", views.done, name="notice_done"),
    path("notices/<int:pk>/dismiss/", views.dismiss, name="notice_dismiss"),
    path("notices/<int:pk>/snooze/", views.snooze, name="notice_snooze"),
    path("notices/<int:pk>/reopen/", views.reopen, name="notice_reopen"),
    path("n/<str:token>/", views_mailed.enter_notice, name="notice_enter"),
    path("notices/<int:pk>/off/", views_mailed.notice_off, name="notice_off"),
    path("e/<str:token>/", views_mailed.enter_entry, name="entry_enter"),
    path("entry/<int:pk>/", views_mailed.entry_check, name="entry_check"),
    path("me/reminders/", views.preferences_page, name="reminder_preferences"),
    path("me/reminders/stop/", views.stop_all, name="reminders_stop"),
    path("me/reminders/stop/undo/", views.stop_undo, name="reminders_stop_undo"),
]
