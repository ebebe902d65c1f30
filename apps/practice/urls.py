from django.urls import path

from apps.practice import views, views_friend

urlpatterns = [
    path("practice/times/", views.practice_times, name="practice_times"),
    path("practice/times/<int:pk>/remove/", views.slot_remove, name="practice_slot_remove"),
    path("practice/repeating/<int:pk>/stop/", views.series_stop, name="practice_series_stop"),
    path("practice/<int:pk>/", views.given, name="practice_given"),
    path("practice/<int:pk>/missed/", views.missed, name="practice_missed"),
    path("practice/<int:pk>/cancel/", views.cancel_given, name="practice_cancel_given"),
    path("practice/", views.book, name="practice_book"),
    path("practice/<int:pk>/cancelled/", views.cancel, name="practice_cancel"),
    path("practice/<int:pk>/feedback/", views.held, name="practice_held"),
    path("practice/<int:pk>/practice.ics", views.ics, name="practice_ics"),
    path("practice/friend/", views_friend.invite, name="practice_friend"),
    path("practice/friend/<int:pk>/", views_friend.friend_one, name="practice_friend_one"),
    path("practice/friend/<int:pk>/link/", views_friend.link, name="practice_friend_link"),
    path("practice/friend/<int:pk>/end/", views_friend.end, name="practice_friend_end"),
    path("p/<str:token>/", views_friend.friend_enter, name="practice_friend_enter"),
    path("play/<int:pk>/", views_friend.play, name="practice_play"),
]
