from django.urls import path

from apps.moderation import by_phone, views

urlpatterns = [
    path("requests/<int:pk>/report/", views.by_student, name="report_alum"),
    path("alum/requests/<int:pk>/report/", views.by_alum, name="report_student"),
    path("answer/<int:pk>/report/", views.by_holder, name="report_by_link"),
    path("office/reports/", views.reports, name="office_reports"),
    path("office/reports/add/", by_phone.add, name="office_report_add"),
    path("office/reports/<int:pk>/", views.one, name="office_report"),
]
