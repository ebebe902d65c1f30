from django.urls import path

from apps.office import views, views_mail, views_phrases, views_tables

urlpatterns = [
    path("", views.first, name="office"),
    path("people/", views.people, name="office_people"),
    path("people/add/", views.person_add, name="office_person_add"),
    path("people/students/", views_tables.students_import, name="office_students_import"),
    path("people/<int:pk>/", views.person, name="office_person"),
    path("people/<int:pk>/close/", views.person_close, name="office_person_close"),
    path("people/<int:pk>/reopen/", views.person_reopen, name="office_person_reopen"),
    path("outbox/", views_mail.messages, name="office_outbox"),
    path("outbox/next/", views_mail.coming_page, name="office_coming"),
    path("outbox/stopped/", views_mail.suppressed, name="office_suppressed"),
    path("outbox/stopped/<int:pk>/", views_mail.suppressed_lift, name="office_suppressed_lift"),
    path("outbox/stopped/<int:pk>/back/", views_mail.suppressed_restore, name="office_suppressed_restore"),
    path("outbox/<uuid:pk>/", views_mail.message, name="office_message"),
    path("outbox/<uuid:pk>/resend/", views_mail.message_resend, name="office_message_resend"),
    path("outbox/<uuid:pk>/close/", views_mail.message_close, name="office_message_close"),
    path("questions/", views.questions, name="office_questions"),
    path("questions/add/", views.question, name="office_question_add"),
    path("questions/import/", views_tables.questions_import, name="office_questions_import"),
    path("questions/<int:pk>/", views.question, name="office_question"),
    path("questions/<int:pk>/switch/", views.question_switch, name="office_question_switch"),
    path("phrases/", views_phrases.phrases_page, name="office_phrases"),
    path("phrases/rule/<slug:name>/switch/", views_phrases.rule_switch, name="office_rule_switch"),
    path("phrases/<int:pk>/switch/", views_phrases.phrase_switch, name="office_phrase_switch"),
    path("phrases/<int:pk>/remove/", views_phrases.phrase_remove, name="office_phrase_remove"),
    path("policy/", views.policy, name="office_policy"),
    path("policy/cohorts/", views.cohorts, name="office_cohorts"),
]
