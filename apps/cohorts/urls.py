from django.urls import path

from apps.cohorts import views, views_assignment, views_copy

urlpatterns = [
    path("cohorts/", views.cohorts, name="cohorts"),
    path("cohorts/undo/", views.undo, name="cohorts_undo"),
    path("cohorts/<int:pk>/", views.cohort, name="cohort"),
    path("cohorts/<int:pk>/copy/", views_copy.copy, name="cohort_copy"),
    path("cohorts/copied/back/", views_copy.back, name="cohort_copy_back"),
    path("cohorts/<int:pk>/leave/", views.leave, name="cohort_leave"),
    path("cohorts/<int:pk>/assign/", views_assignment.add, name="assignment_add"),
    path("cohorts/assignments/<int:pk>/", views_assignment.grid, name="assignment"),
    path("cohorts/assignments/<int:pk>/edit/", views_assignment.edit, name="assignment_edit"),
    path("cohorts/assignments/<int:pk>/excuse/", views_assignment.excuse, name="assignment_excuse"),
    path("cohorts/assignments/<int:pk>/export/", views_assignment.export, name="assignment_export"),
    path("cohorts/reflections/<int:pk>/", views_assignment.reflection_read, name="reflection_read"),
    path("assignments/", views_assignment.mine, name="my_assignments"),
    path("assignments/<int:pk>/reflection/", views_assignment.reflection, name="reflection"),
]
