from django.urls import path

from apps.interviews import (
    views_answer,
    views_calendar,
    views_debrief,
    views_interview,
    views_live,
    views_prepare,
    views_request,
    views_thanks,
)

urlpatterns = [
    # the student asks
    path("people/<int:pk>/ask/", views_request.ask, name="ask"),
    path("network/<int:pk>/ask/", views_request.ask_contact, name="ask_contact"),
    path("requests/<int:pk>/", views_request.request_page, name="request"),
    path("requests/<int:pk>/save/", views_request.save, name="request_save"),
    path("requests/<int:pk>/preview/", views_request.preview, name="request_preview"),
    path("requests/<int:pk>/times/", views_request.times_change, name="request_times"),
    path("requests/<int:pk>/hint/", views_request.hint, name="request_hint"),
    path("requests/<int:pk>/send/", views_request.send, name="request_send"),
    path("requests/<int:pk>/sent-by-me/", views_request.mark_sent, name="request_mark_sent"),
    path("requests/<int:pk>/back/", views_request.take_back, name="request_take_back"),
    path("requests/<int:pk>/withdraw/", views_request.withdraw, name="request_withdraw"),
    path("requests/<int:pk>/discard/", views_request.discard, name="request_discard"),
    path("requests/<int:pk>/answer/", views_request.answer, name="request_answer"),
    path("requests/<int:pk>/arrange/", views_request.arrange, name="request_arrange"),
    # the alum answers: from the mail, or signed in
    path("a/<str:token>/", views_answer.enter_link, name="answer_enter"),
    path("answer/<int:pk>/", views_answer.answer, name="answer"),
    path("answer/<int:pk>/calendar.ics", views_answer.answer_ics, name="answer_ics"),
    path("answer/<int:pk>/<slug:act>/", views_answer.answer_act, name="answer_act"),
    path("alum/", views_answer.alum_home, name="alum_home"),
    path("alum/requests/<int:pk>/", views_answer.alum_request, name="alum_request"),
    path("alum/requests/<int:pk>/calendar.ics", views_answer.alum_ics, name="alum_ics"),
    path("alum/requests/<int:pk>/<slug:act>/", views_answer.alum_act, name="alum_act"),
    # what is set
    path("conversations/", views_interview.conversations, name="conversations"),
    path("conversations/<int:pk>/", views_interview.conversation, name="conversation"),
    path("conversations/<int:pk>/move/", views_interview.move, name="interview_move"),
    path("conversations/<int:pk>/cancel/", views_interview.cancel, name="interview_cancel"),
    path("conversations/<int:pk>/place/", views_interview.place, name="interview_place"),
    path("conversations/<int:pk>/calendar.ics", views_calendar.interview_ics, name="interview_ics"),
    # the talk, from before to after
    path("conversations/<int:pk>/prepare/", views_prepare.prepare, name="prepare"),
    path("conversations/<int:pk>/live/", views_live.live, name="live"),
    path("conversations/<int:pk>/live/state/", views_live.live_state, name="live_state"),
    path("conversations/<int:pk>/live/<slug:act>/", views_live.live_act, name="live_act"),
    path("conversations/<int:pk>/debrief/", views_debrief.debrief, name="debrief"),
    path("conversations/<int:pk>/debrief/save/", views_debrief.debrief_save, name="debrief_save"),
    path("conversations/<int:pk>/debrief/finish/", views_debrief.debrief_finish, name="debrief_finish"),
    path("conversations/<int:pk>/happened/", views_debrief.happened, name="talk_happened"),
    path("conversations/<int:pk>/thanks/", views_thanks.thank_you, name="thank_you"),
    path("conversations/<int:pk>/thanked/", views_thanks.thanked, name="thanked"),
    path("me/calendar/", views_calendar.calendar_page, name="calendar"),
    path("calendar/<str:token>.ics", views_calendar.feed, name="calendar_feed"),
]
