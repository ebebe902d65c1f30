from django.urls import path

from apps.network import views, views_story

urlpatterns = [
    path("network/", views.network, name="network"),
    path("network/add/", views.contact_add, name="contact_add"),
    path("network/undo/", views.network_undo, name="network_undo"),
    path("network/map/", views.map_people, name="map_people"),
    path("network/<int:pk>/", views.contact, name="contact"),
    path("network/<int:pk>/edit/", views.contact_edit, name="contact_edit"),
    path("network/<int:pk>/remove/", views.contact_archive, name="contact_archive"),
    path("network/<int:pk>/restore/", views.contact_restore, name="contact_restore"),
    path("network/<int:pk>/touch/", views.touch, name="contact_touch"),
    path("network/<int:pk>/cadence/", views.cadence, name="contact_cadence"),
    path("network/<int:pk>/write/", views.write, name="contact_write"),
    path("network/<int:pk>/steps/", views.step_add, name="step_add"),
    path("network/<int:pk>/outcomes/", views.outcome_add, name="outcome_add"),
    path("network/<int:pk>/suggested/", views_story.contact_suggested, name="contact_suggested"),
    path("network/<int:pk>/same/", views_story.contact_same, name="contact_same"),
    path("network/touches/<int:pk>/", views_story.touch_edit, name="touch_edit"),
    path("network/touches/<int:pk>/remove/", views_story.touch_remove, name="touch_remove"),
    path("network/steps/<int:pk>/", views_story.step_edit, name="step_edit"),
    path("network/steps/<int:pk>/remove/", views_story.step_remove, name="step_remove"),
    path("network/outcomes/<int:pk>/", views_story.outcome_edit, name="outcome_edit"),
    path("network/outcomes/<int:pk>/remove/", views_story.outcome_remove, name="outcome_remove"),
    path("network/referrals/<int:pk>/", views_story.referral_edit, name="referral_edit"),
    path("network/referrals/<int:pk>/remove/", views_story.referral_remove, name="referral_remove"),
    path("network/steps/<int:pk>/done/", views.step_done, name="step_done"),
    path("network/outcomes/<int:pk>/thanked/", views.second_thanks, name="second_thanks"),
    path("network/referrals/<int:pk>/told/", views.loop_closed, name="loop_closed"),
]
