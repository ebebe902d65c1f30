from django.urls import path

from apps.finding import views

urlpatterns = [
    path("network/find/", views.finding, name="finding"),
    path("network/find/tick/", views.finding_tick, name="finding_tick"),
    path("network/find/<int:pk>/tick/", views.place_tick, name="looking_place_tick"),
    path("network/find/<int:pk>/remove/", views.place_remove, name="looking_place_remove"),
    path("network/events/add/", views.event_add, name="event_add"),
    path("network/events/<int:pk>/", views.event, name="event"),
    path("network/events/<int:pk>/edit/", views.event_edit, name="event_edit"),
    path("network/events/<int:pk>/no-one/", views.event_no_one, name="event_no_one"),
    path("network/events/<int:pk>/remove/", views.event_remove, name="event_remove"),
]
