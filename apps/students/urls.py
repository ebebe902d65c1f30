from django.urls import path

from apps.students import views, views_goal, views_introduction, views_resume

urlpatterns = [
    path("welcome/", views.welcome, name="welcome"),
    path("help/", views.help_page, name="help"),
    path("me/introduction/", views_introduction.introduction, name="introduction"),
    path("me/introduction/lines/", views_introduction.introduction_lines, name="introduction_lines"),
    path("me/introduction/measure/", views_introduction.introduction_measure, name="introduction_measure"),
    path("me/introduction/again/<int:pk>/", views_introduction.introduction_again, name="introduction_again"),
    path("me/resume/", views_resume.resume, name="resume"),
    path("me/resume/<int:pk>/delete/", views_resume.resume_remove, name="resume_remove"),
    path("me/resume/<int:pk>/restore/", views_resume.resume_restore, name="resume_restore"),
    path("me/goal/", views_goal.goal, name="goal"),
    path("me/looks/", views_goal.looks, name="looks"),
]
