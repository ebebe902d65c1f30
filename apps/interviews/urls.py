from django.urls import path

from apps.interviews.answering import views as answering
from apps.interviews.answering import views_blocked, views_student
from apps.interviews.asking import views as asking
from apps.interviews.conversations import views as conversations
from apps.interviews.debriefing import views as debriefing
from apps.interviews.preparing import views as preparing
from apps.interviews.preparing import views_saved as preparing_saved
from apps.interviews.reviewing import views as reviewing
from apps.interviews.scheduling import views as scheduling
from apps.interviews.scheduling import views_busy, views_calendar
from apps.interviews.talking import views as talking
from apps.interviews.talking import views_offline
from apps.interviews.thanking import views as thanking

urlpatterns = [
    # the student asks
    path("people/<int:pk>/ask/", asking.ask, name="ask"),
    path("network/<int:pk>/ask/", asking.ask_contact, name="ask_contact"),
    path("requests/<int:pk>/", views_student.request_page, name="request"),
    path("requests/<int:pk>/save/", asking.save, name="request_save"),
    path("requests/<int:pk>/research/", asking.research, name="request_research"),
    path("requests/<int:pk>/preview/", asking.preview, name="request_preview"),
    path("requests/<int:pk>/times/", asking.times_change, name="request_times"),
    path("requests/<int:pk>/times/week/", asking.times_week, name="request_times_week"),
    path("requests/<int:pk>/hint/", asking.hint, name="request_hint"),
    path("requests/<int:pk>/send/", asking.send, name="request_send"),
    path("requests/<int:pk>/sent-by-me/", asking.mark_sent, name="request_mark_sent"),
    path("requests/<int:pk>/agreed/", views_student.agreed, name="request_agreed"),
    path("requests/<int:pk>/back/", asking.take_back, name="request_take_back"),
    path("requests/<int:pk>/withdraw/", asking.withdraw, name="request_withdraw"),
    path("requests/<int:pk>/discard/", asking.discard, name="request_discard"),
    path("requests/<int:pk>/answer/", views_student.answer, name="request_answer"),
    path("requests/<int:pk>/answer/week/", views_student.answer_week, name="request_answer_week"),
    path("requests/<int:pk>/arrange/", views_student.arrange, name="request_arrange"),
    # the alum answers: from the mail, or signed in
    path("a/<str:token>/", answering.enter_link, name="answer_enter"),
    path("answer/<int:pk>/", answering.answer, name="answer"),
    path("answer/<int:pk>/calendar.ics", answering.answer_ics, name="answer_ics"),
    path("answer/<int:pk>/times/", answering.answer_times, name="answer_times"),
    path("answer/<int:pk>/<slug:act>/", answering.answer_act, name="answer_act"),
    path("alum/", answering.alum_home, name="alum_home"),
    path("alum/availability/", answering.alum_availability, name="alum_availability"),
    path("alum/blocked/", views_blocked.blocked, name="alum_blocked"),
    path("alum/blocked/<int:pk>/", views_blocked.block, name="alum_block"),
    path("alum/requests/<int:pk>/", answering.alum_request, name="alum_request"),
    path("alum/requests/<int:pk>/calendar.ics", answering.alum_ics, name="alum_ics"),
    path("alum/requests/<int:pk>/times/", answering.alum_times, name="alum_times"),
    path("alum/requests/<int:pk>/<slug:act>/", answering.alum_act, name="alum_act"),
    # what is set
    path("conversations/", conversations.conversations, name="conversations"),
    path("conversations/offline.js", views_offline.offline_worker, name="offline_worker"),
    path("conversations/offline/", views_offline.offline_pages, name="offline_pages"),
    path("me/busy-times/", views_busy.busy_week, name="busy_week"),
    path("conversations/<int:pk>/", conversations.conversation, name="conversation"),
    path("conversations/<int:pk>/move/", scheduling.move, name="interview_move"),
    path("conversations/<int:pk>/move/week/", scheduling.move_week, name="interview_move_week"),
    path("conversations/<int:pk>/cancel/", scheduling.cancel, name="interview_cancel"),
    path("conversations/<int:pk>/impact/", conversations.impact, name="interview_impact"),
    path("conversations/<int:pk>/place/", conversations.place, name="interview_place"),
    path("conversations/<int:pk>/calendar.ics", views_calendar.interview_ics, name="interview_ics"),
    # what a coach says of a text
    path("me/introduction/share/", reviewing.introduction_share, name="introduction_share"),
    path("me/introduction/comments/", reviewing.introduction_comments, name="introduction_comments"),
    path("conversations/<int:pk>/share/<slug:kind>/", reviewing.text_share, name="text_share"),
    path("me/reviews/<int:pk>/", reviewing.text, name="text"),
    path("me/reviews/<int:pk>/answer/", reviewing.text_answer, name="text_answer"),
    path("requests/<int:pk>/versions/", reviewing.request_versions, name="request_versions"),
    path("me/comments/<int:pk>/reply/", reviewing.comment_reply, name="comment_reply"),
    path("replies/<int:pk>/remove/", reviewing.reply_remove, name="reply_remove"),
    # the talk, from before to after
    path("conversations/<int:pk>/prepare/", preparing.prepare, name="prepare"),
    path("conversations/<int:pk>/prepare/list/", preparing.question_list, name="prepare_list"),
    path("conversations/<int:pk>/prepare/questions/", preparing.add, name="prepare_add"),
    path("conversations/<int:pk>/prepare/questions/<int:number>/", preparing.question, name="prepare_question"),
    path("conversations/<int:pk>/prepare/research/", preparing.research, name="prepare_research"),
    path("conversations/<int:pk>/prepare/introduction/", preparing.introduction_version, name="prepare_introduction"),
    path("conversations/<int:pk>/prepare/checks/", preparing.checks, name="prepare_checks"),
    path("conversations/<int:pk>/prepare/saved/", preparing_saved.save, name="prepare_saved"),
    path("conversations/<int:pk>/prepare/attire/", preparing.attire, name="prepare_attire"),
    path("conversations/<int:pk>/live/", talking.live, name="live"),
    path("conversations/<int:pk>/live/state/", talking.live_state, name="live_state"),
    path("conversations/<int:pk>/live/<slug:act>/", talking.live_act, name="live_act"),
    path("conversations/<int:pk>/debrief/", debriefing.debrief, name="debrief"),
    path("conversations/<int:pk>/debrief/save/", debriefing.debrief_save, name="debrief_save"),
    path("conversations/<int:pk>/debrief/finish/", debriefing.debrief_finish, name="debrief_finish"),
    path("conversations/<int:pk>/happened/", debriefing.happened, name="talk_happened"),
    path("conversations/<int:pk>/thanks/", thanking.thank_you, name="thank_you"),
    path("conversations/<int:pk>/thanks/save/", thanking.thanks_save, name="thanks_save"),
    path("conversations/<int:pk>/thanks/preview/", thanking.thanks_preview, name="thanks_preview"),
    path("conversations/<int:pk>/thanks/hint/", thanking.thanks_hint, name="thanks_hint"),
    path("conversations/<int:pk>/thanks/send/", thanking.thanks_send, name="thanks_send"),
    path("conversations/<int:pk>/thanks/schedule/", thanking.thanks_schedule, name="thanks_schedule"),
    path("conversations/<int:pk>/thanks/time/", thanking.thanks_time, name="thanks_time"),
    path("conversations/<int:pk>/thanks/back/", thanking.thanks_back, name="thanks_back"),
    path("conversations/<int:pk>/thanked/", thanking.thanked, name="thanked"),
    path("me/calendar/", views_calendar.calendar_page, name="calendar"),
    path("calendar/<str:token>.ics", views_calendar.feed, name="calendar_feed"),
]
