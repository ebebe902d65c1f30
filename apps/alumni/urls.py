from django.urls import path

from apps.alumni import views, views_claim, views_import, views_office, views_stop

urlpatterns = [
    path("alum/profile/", views.profile, name="alum_profile_edit"),
    path("alum/profile/pause/", views.pause, name="alum_pause"),
    path("alum/profile/resume/", views.resume, name="alum_resume"),
    path("alum/profile/leave/", views.leave, name="alum_leave"),
    path("alum/profile/leave/undo/", views.leave_undo, name="alum_leave_undo"),
    path("alum/profile/join/", views.join, name="alum_join"),
    path("alum/stop/<str:token>/", views_stop.stop, name="requests_stop"),
    path("office/invitations/", views_claim.office_invitations, name="office_invitations"),
    path("office/invitations/stop/", views_claim.office_invitations_stop, name="office_invitations_stop"),
    path("people/<int:pk>/invite/", views_claim.alum_invite, name="alum_invite"),
    path("people/<int:pk>/take-out/", views_office.take_out, name="alum_take_out"),
    path("people/<int:pk>/put-back/", views_office.put_back, name="alum_put_back"),
    path("c/<str:token>/", views_claim.claim_enter, name="claim_enter"),
    path("claim/<int:pk>/", views_claim.claim, name="claim"),
    path("office/import/", views_import.imports, name="office_import"),
    path("office/import/<int:pk>/", views_import.one, name="office_import_one"),
    path("office/import/<int:pk>/columns/", views_import.columns, name="office_import_columns"),
    path("office/import/<int:pk>/start/", views_import.start, name="office_import_start"),
    path("office/import/<int:pk>/cancel/", views_import.cancel, name="office_import_cancel"),
    path("office/import/<int:pk>/discard/", views_import.discard, name="office_import_discard"),
    path("office/import/<int:pk>/errors.csv", views_import.errors, name="office_import_errors"),
]
