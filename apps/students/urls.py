from django.urls import path

from apps.students import views_goal

urlpatterns = [
    path("me/goal/", views_goal.goal, name="goal"),
    path("me/looks/", views_goal.looks, name="looks"),
]
