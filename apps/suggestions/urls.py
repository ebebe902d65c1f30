from django.urls import path

from apps.suggestions import views, views_answers

urlpatterns = [
    path("suggestions/", views_answers.mine, name="suggestions"),
    path("suggestions/<int:pk>/ask/", views_answers.ask, name="suggestion_ask"),
    path("suggestions/<int:pk>/introduce/", views_answers.agree, name="suggestion_introduce"),
    path("suggestions/<int:pk>/pass/", views_answers.pass_on, name="suggestion_pass"),
    path("suggestions/introductions/<int:pk>/back/", views_answers.change_mind, name="suggestion_change_mind"),
    path("suggest/", views.suggest, name="suggest"),
    path("suggest/given/", views.given, name="suggestions_given"),
    path("suggest/back/", views.back, name="suggest_back"),
    path("suggest/<int:pk>/withdraw/", views.withdraw, name="suggestion_withdraw"),
    path("meet/<str:token>/", views_answers.enter_link, name="warm_introduction_enter"),
    path("warm-introduction/<int:pk>/", views_answers.introduction, name="warm_introduction"),
]
