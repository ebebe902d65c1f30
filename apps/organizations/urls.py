from django.urls import path

from apps.organizations import views, views_opportunity

urlpatterns = [
    path("network/organizations/", views.organizations, name="organizations"),
    path("network/organizations/organizations.csv", views.export, name="organizations_export"),
    path("network/organizations/kinds/", views.kinds, name="kinds_of_work"),
    path("network/organizations/<int:pk>/", views.organization, name="organization"),
    path("network/organizations/<int:pk>/edit/", views.edit, name="organization_edit"),
    path("network/organizations/<int:pk>/follow/", views.follow, name="organization_follow"),
    path("network/organizations/<int:pk>/people/", views.people, name="organization_people"),
    path("network/organizations/<int:pk>/work/", views.rule_out, name="organization_work"),
    path("network/organizations/<int:pk>/notes/", views.note_add, name="organization_note_add"),
    path("network/organizations/notes/<int:pk>/", views.note_edit, name="organization_note"),
    path("network/organizations/notes/<int:pk>/still/", views.note_still, name="organization_note_still"),
    path("network/organizations/notes/<int:pk>/remove/", views.note_remove, name="organization_note_remove"),
    path("network/organizations/<int:pk>/opportunities/", views_opportunity.add, name="opportunity_add"),
    path("network/opportunities/<int:pk>/", views_opportunity.opportunity, name="opportunity"),
    path("network/opportunities/<int:pk>/edit/", views_opportunity.edit, name="opportunity_edit"),
    path("network/opportunities/<int:pk>/applied/", views_opportunity.applied, name="opportunity_applied"),
    path("network/opportunities/<int:pk>/helped/", views_opportunity.helped, name="opportunity_helped"),
    path("network/opportunities/<int:pk>/drop/", views_opportunity.drop, name="opportunity_drop"),
    path("network/opportunities/<int:pk>/remove/", views_opportunity.remove, name="opportunity_remove"),
]
