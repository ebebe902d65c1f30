"""Every address of Rapport and who gets in (R252): double entry, written from the requirements and not from access.py.

A new address is one new line in DOORS. Columns: what stands in the address (a row of tests/access/stage.py, more words
after it), the answer to GET, the answer to a POST without a word (405: it takes none), who gets in, and who sees the
row but may not do this with it: 403. A stranger to the row gets 404; where there is no row, 403; a mailed link that one
does not hold, 410; a visitor is led to the sign-in. A 405 is the same for everybody.

Everybody really asks for every address, through every gate and door, and the view does all its work. Only the page is
drawn for one alone, the first who gets in: drawing decides nothing about who may, and took a third of the time. What
each page shows to each of its readers is drawn, and looked at, in tests/access/test_rows.py.
"""

import logging
from contextlib import contextmanager, nullcontext
from unittest.mock import patch

import pytest
from django.template.backends.django import Template
from django.urls import URLPattern, get_resolver, reverse

from tests.access.stage import OTHER, PEOPLE, Stage, browser, tried

WHO = {
    "all": {*PEOPLE, "by_link"},
    "signed_in": {*PEOPLE} - {"visitor"},
    "students": {"student", "other_student"},
    "alumni": {"alum", "other_alum"},
    "coaches": {"coach", "other_coach"},
}

DOORS = {
    # address                   of                 GET  POST  gets in                       sees it, may not
    # accounts
    "home":                     ("",        (200, 302), 405, "all",                         ""),
    "what_we_keep":             ("",               200, 405, "all",                         ""),
    "accessibility":            ("",               200, 405, "all",                         ""),
    "source":                   ("",               200, 405, "all",                         ""),
    "house_css":                ("",               200, 405, "all",                         ""),
    "manifest":                 ("",               200, 405, "all",                         ""),
    "another_code":             ("",               405, 200, "all",                         ""),
    "prove":                    ("",               200, 405, "signed_in",                   ""),
    "account":                  ("",               200, 302, "signed_in",                   ""),
    "detect_zone":              ("",               405, 204, "signed_in",                   ""),
    "switch_role":              ("",               405, 403, "signed_in",                   ""),  # no role was named
    "session_end":              ("987654321",      405, 404, "signed_in",                   ""),  # nobody's
    # students
    "welcome":                  ("",               200, 422, "students",                    ""),
    "resume":                   ("",               200, 422, "students",                    ""),
    "resume_remove":            ("resume",         405, 302, "student",                     ""),
    "resume_restore":           ("resume",         405, 302, "student",                     ""),
    "introduction":             ("",               200, 302, "students",                    ""),
    "introduction_lines":       ("",               405, 302, "students",                    ""),
    "introduction_measure":     ("",               405, 200, "students",                    ""),
    "introduction_share":       ("",               405, 302, "students",                    ""),
    "introduction_comments":    ("",               302, 405, "students",                    ""),
    "introduction_again":       ("introduction_before", 405, 302, "student",                     ""),
    "text":                     ("shared_text",    200, 405, "student",                     "coach"),
    "text_answer":              ("shared_text",    405, 302, "student",                     "coach"),
    "comment_reply":            ("answered_comment", 405, 302, "student",                   "coach"),
    "reply_remove":             ("own_reply",      405, 302, "student",                     "coach"),
    "text_share":               ("held thanks",    405, 302, "student",                     "coach"),
    "help":                     ("",               200, 405, "all",                         ""),
    "goal":                     ("",               200, 422, "students",                    ""),
    "looks":                    ("",               200, 405, "students",                    ""),
    # how far a student has come: theirs alone
    "progress":                 ("",               200, 405, "students",                    ""),
    "progress_rate":            ("",               200, 422, "students",                    ""),
    "progress_notes":           ("",               200, 302, "students",                    ""),
    "progress_export":          ("",               200, 405, "students",                    ""),
    "progress_gains_export":    ("",               200, 405, "students",                    ""),
    "path_add":                 ("",               200, 422, "students",                    ""),
    "path_edit":                ("path",           200, 422, "student",                     ""),
    "path_remove":              ("path",           405, 302, "student",                     ""),
    "path_restore":             ("path",           405, 302, "student",                     ""),
    # the directory
    "people":                   ("",               200, 405, "students coaches office",     ""),
    "alum":                     ("alum",           200, 405, "students coaches office alum", ""),
    "people_options":           ("",               200, 405, "students coaches office",     ""),
    "saved_searches":           ("",               200, 405, "students",                    ""),
    "save_search":              ("",               405, 302, "students",                    ""),
    "saved_search":             ("search",         200, 405, "student",                     ""),
    "saved_search_rename":      ("search",         405, 422, "student",                     ""),
    "saved_search_mute":        ("search",         405, 302, "student",                     ""),
    "saved_search_delete":      ("search",         405, 302, "student",                     ""),
    "saved_search_undo":        ("search",         405, 302, "student",                     ""),
    "saved_search_stop":        ("search",         200, 200, "by_link",                     ""),
    "saved_enter":              ("mailed_search",  302, 405, "all",                         ""),
    "office_invitations":       ("",        200, {302, 422}, "office",                      ""),
    "office_invitations_stop":  ("",               405, 302, "office",                      ""),
    "alum_invite":              ("alum",           405, 302, "office",                      "students coaches alum"),
    "alum_take_out":            ("alum",           405, 302, "office",                      "students coaches alum"),
    "alum_put_back":            ("alum",           405, 302, "office",                      "students coaches alum"),
    "claim_enter":              ("mailed_claim",   302, 405, "all",                         ""),
    "claim":                    ("alum",           200, 200, "by_link",                     ""),
    "alum_preview":             ("",               200, 405, "alumni",                      ""),
    "alum_save":                ("alum",           405, 302, "students",                    "coaches office alum"),
    "ask":                      ("alum",           405, 302, "students",                    "coaches office alum"),
    "alum_profile_edit":        ("",               200, 302, "alumni",                      ""),
    "alum_pause":               ("",               405, 302, "alumni",                      ""),
    "alum_resume":              ("",               405, 302, "alumni",                      ""),
    "alum_leave":               ("",               405, 302, "alumni",                      ""),
    "alum_leave_undo":          ("",               405, 302, "alumni",                      ""),
    "alum_join":                ("",               405, 302, "alumni",                      ""),
    "office_import":            ("",               200, 422, "office",                      ""),
    "office_import_one":        ("imported",       200, 405, "office",                      ""),
    "office_import_columns":    ("imported",       200, 422, "office",                      ""),
    "office_import_start":      ("imported",       405, 302, "office",                      ""),
    "office_import_cancel":     ("imported",       405, 302, "office",                      ""),
    "office_import_discard":    ("imported",       405, 302, "office",                      ""),
    "office_import_errors":     ("imported",       200, 405, "office",                      ""),
    "office_log":               ("",               200, 405, "office",                      ""),
    "office_log_export":        ("",               200, 405, "office",                      ""),
    "office_disclosures_export": ("",              200, 405, "office",                      ""),
    # telling the office
    "report_alum":              ("sent",           200, 422, "student",                     "alum coach"),
    "report_student":           ("sent",           200, 422, "alum",                        "student coach"),
    "report_by_link":           ("sent",           200, 422, "by_link",                     ""),
    "office_reports":           ("",               200, 405, "office",                      ""),
    "office_fields":            ("",               200, 405, "office",                      ""),
    "office_fields_export":     ("",               200, 405, "office",                      ""),
    "office_report_add":        ("",               200, 422, "office",                      ""),
    "office_report":            ("report",         200, 422, "office",                      ""),
    # the network: a student's own
    "network":                  ("",               200, 405, "students",                    ""),
    "contact_add":              ("",               200, 422, "students",                    ""),
    "map_people":               ("",               200, 422, "students",                    ""),
    "contact_import":           ("",               200, 422, "students",                    ""),
    "contact_import_one":       ("people_file",    200, 302, "student",                     ""),
    "contact_import_columns":   ("people_file",    200, 422, "student",                     ""),
    "contact_import_undo":      ("people_file",    405, 302, "student",                     ""),
    "contact_import_forget":    ("people_file",    405, 302, "student",                     ""),
    "network_undo":             ("",               405, 302, "students",                    ""),
    "network_change":           ("",               405, 302, "students",                    ""),
    "network_export":           ("",               200, 405, "students",                    ""),
    "contact_phase":            ("contact",        405, 302, "student",                     "coach"),
    "contact":                  ("contact",        200, 405, "student",                     "coach"),
    "contact_edit":             ("contact",        200, 422, "student",                     "coach"),
    "contact_field":            ("contact",        405, 302, "student",                     "coach"),
    "contact_close":            ("contact",        405, 302, "student",                     "coach"),
    "contact_tags":             ("contact",        405, 422, "student",                     "coach"),
    "contact_pairs":            ("",               200, 405, "students",                    ""),
    "contact_same_as":          ("contact",        200, 302, "student",                     "coach"),
    "merge_undo":               ("merge",          405, 302, "student",                     ""),
    "my_card":                  ("",               200, 405, "students",                    ""),
    "giving":                   ("",               200, 405, "students",                    ""),
    "offer_add":                ("",               405, 422, "students",                    ""),
    "gave":                     ("",               405, 422, "students",                    ""),
    "offer_edit":               ("offering",       200, 422, "student",                     ""),
    "offer_remove":             ("offering",       405, 302, "student",                     ""),
    "my_vcard":                 ("",               200, 405, "students",                    ""),
    "contact_card":             ("contact",        200, 422, "student",                     "coach"),
    "contact_card_remove":      ("contact",        200, 302, "student",                     "coach"),
    "contact_vcard":            ("contact",        200, 405, "student",                     "coach"),
    "offline_worker":           ("",               200, 405, "all",                         ""),
    "offline_pages":            ("",               200, 405, "students",                    ""),
    "private_file":             ("photo",          200, 405, "student",                     ""),
    "progress_update":          ("",               200, 422, "students",                    ""),
    "contact_archive":          ("contact",        405, 302, "student",                     "coach"),
    "contact_restore":          ("contact",        405, 302, "student",                     "coach"),
    "contact_touch":            ("contact",        405, 422, "student",                     "coach"),
    "contact_cadence":          ("contact",        405, 302, "student",                     "coach"),
    "contact_write":            ("contact",        200, 302, "student",                     "coach"),
    "contact_suggested":        ("contact",        200, 422, "student",                     "coach"),
    "contact_same":             ("contact",        405, 302, "student",                     "coach"),
    "touch_edit":               ("touch",          200, 422, "student",                     "coach"),
    "touch_remove":             ("touch",          405, 302, "student",                     "coach"),
    "step_edit":                ("step",           200, 422, "student",                     "coach"),
    "step_remove":              ("step",           405, 302, "student",                     "coach"),
    "outcome_edit":             ("outcome",        200, 422, "student",                     "coach"),
    "outcome_remove":           ("outcome",        405, 302, "student",                     "coach"),
    "referral_edit":            ("referral",       200, 422, "student",                     "coach"),
    "referral_remove":          ("referral",       405, 302, "student",                     "coach"),
    "step_add":                 ("contact",        405, 422, "student",                     "coach"),
    "outcome_add":              ("contact",        405, 422, "student",                     "coach"),
    "step_done":                ("step",           405, 302, "student",                     "coach"),
    "second_thanks":            ("outcome",        405, 302, "student",                     "coach"),
    "loop_closed":              ("referral",       405, 302, "student",                     "coach"),
    # asking
    "ask_contact":              ("contact",        405, 302, "student",                     "coach"),
    "request":                  ("sent",           200, 405, "student",                     "alum coach"),
    "request_versions":         ("draft",          200, 405, "student",                     ""),
    "request_research":         ("draft",          200, 422, "student",                     ""),
    "request_save":             ("draft",          405, 302, "student",                     ""),
    "request_preview":          ("draft",          405, 200, "student",                     ""),
    "request_times":            ("draft",          405, 422, "student",                     ""),
    "request_times_week":       ("draft",          302, 302, "student",                     ""),  # not to an alum
    "request_hint":             ("draft",          405, 302, "student",                     ""),
    "request_send":             ("draft",          405, 422, "student",                     ""),
    "request_mark_sent":        ("draft",          405, 422, "student",                     ""),
    "request_agreed":           ("draft",          200, 422, "student",                     ""),
    "request_discard":          ("draft",          200, 302, "student",                     ""),
    "request_take_back":        ("in_review",      405, 302, "student",                     "coach"),
    "request_withdraw":         ("sent",           200, 302, "student",                     "alum coach"),
    "request_answer":           ("sent",           405, 409, "student",                     "alum coach"),
    "request_answer_week":      ("sent",           302, 302, "student",                     "alum coach"),
    "request_arrange":          ("sent",           405, 422, "student",                     "alum coach"),
    # answering
    "answer_enter":             ("letter",         302, 405, "all",                         ""),
    "answer":                   ("sent",           200, 405, "by_link",                     ""),
    "answer_ics":               ("accepted",       200, 405, "by_link",                     ""),
    "answer_times":             ("sent",           200, 200, "by_link",                     ""),
    "answer_act":               ("sent decline",   405, 302, "by_link",                     ""),
    "alum_home":                ("",               200, 405, "alumni",                      ""),
    "alum_availability":        ("",               405, 422, "alumni",                      ""),
    "alum_request":             ("sent",           200, 405, "alum",                        "student coach"),
    "alum_ics":                 ("accepted",       200, 405, "alum",                        "student coach"),
    "alum_times":               ("sent",           200, 200, "alum",                        "student coach"),
    "alum_blocked":             ("",               200, 405, "alumni",                      ""),
    "alum_block":               ("shut_out",       405, 302, "alum",                        "students coaches office"),
    "alum_act":                 ("sent decline",   405, 302, "alum",                        "student coach"),
    # talking
    "busy_week":                ("",               200, 200, "students",                    ""),
    "conversations":            ("",               200, 405, "students",                    ""),
    "conversation":             ("talk",           200, 405, "student",                     "alum coach"),
    "interview_move":           ("talk",           200, 409, "student",                     "alum coach"),
    "interview_move_week":      ("talk",           200, 200, "student",                     "alum coach"),
    "interview_cancel":         ("talk",           200, 302, "student",                     "alum coach"),
    "interview_place":          ("talk",           405, 422, "student",                     "alum coach"),
    "interview_impact":         ("talk",           405, 302, "student",                     "alum coach"),
    "interview_ics":            ("talk",           200, 405, "student",                     "alum coach"),
    "prepare":                  ("talk",           200, 405, "student",                     "alum coach"),
    "prepare_list":             ("talk",           200, 405, "student",                     "alum coach"),
    "prepare_add":              ("talk",           405, 422, "student",                     "alum coach"),
    "prepare_question":         ("talk 0",         405, 302, "student",                     "alum coach"),
    "prepare_research":         ("talk",           405, 302, "student",                     "alum coach"),
    "prepare_saved":            ("talk",           405, 302, "student",                     "alum coach"),
    "prepare_attire":           ("talk",           405, 302, "student",                     "alum coach"),
    "prepare_checks":           ("talk",           405, 302, "student",                     "alum coach"),
    "prepare_introduction":     ("talk",           405, 302, "student",                     "alum coach"),
    "live":                     ("talk",           200, 405, "student",                     "alum coach"),
    "live_state":               ("talk",           200, 405, "student",                     "alum coach"),
    "live_act":                 ("talk keep",      405, 302, "student",                     "alum coach"),
    "debrief":                  ("held",           200, 405, "student",                     "coach"),
    "debrief_save":             ("held",           405, 302, "student",                     "coach"),
    "debrief_finish":           ("held",           405, 302, "student",                     "coach"),
    "talk_happened":            ("held",           405, 302, "student",                     "coach"),
    "thank_you":                ("held",           200, 405, "student",                     "coach"),
    "thanks_save":              ("held",           405, 302, "student",                     "coach"),
    "thanks_preview":           ("held",           405, 200, "student",                     "coach"),
    "thanks_hint":              ("held",           405, 302, "student",                     "coach"),
    "thanks_send":              ("held",           405, 302, "student",                     "coach"),
    "thanks_schedule":          ("held",           405, 422, "student",                     "coach"),
    "thanks_time":              ("held",           405, 422, "student",                     "coach"),
    "thanks_back":              ("held",           405, 302, "student",                     "coach"),
    "thanked":                  ("held",           200, 422, "student",                     "coach"),
    "calendar":                 ("",               200, 200, "signed_in",                   ""),
    "calendar_feed":            ("feed",           200, 405, "all",                         ""),
    # where a student might work
    "finding":                  ("",               200, 422, "students",                    ""),
    "finding_tick":             ("",               405, 302, "students",                    ""),
    "looking_place_tick":       ("looking_place",  405, 302, "student",                     ""),
    "looking_place_remove":     ("looking_place",  405, 302, "student",                     ""),
    "event_add":                ("",               200, 422, "students",                    ""),
    "event":                    ("event",          200, 422, "student",                     ""),
    "event_edit":               ("event",          200, 422, "student",                     ""),
    "event_no_one":             ("event",          405, 302, "student",                     ""),
    "event_remove":             ("event",          405, 302, "student",                     ""),
    "organizations":            ("",               200, 422, "students",                    ""),
    "organizations_export":     ("",               200, 405, "students",                    ""),
    "kinds_of_work":            ("",               200, 302, "students",                    ""),
    "organization":             ("organization",   200, 405, "student",                     "coach"),
    "organization_edit":        ("organization",   200, 422, "student",                     "coach"),
    "organization_follow":      ("organization",   405, 302, "student",                     "coach"),
    "organization_people":      ("organization",   405, 302, "student",                     "coach"),
    "organization_work":        ("organization",   405, 302, "student",                     "coach"),
    "organization_note_add":    ("organization",   405, 422, "student",                     "coach"),
    "organization_note":        ("known_fact",     200, 422, "student",                     ""),
    "organization_note_still":  ("known_fact",     405, 302, "student",                     ""),
    "organization_note_remove": ("known_fact",     405, 302, "student",                     ""),
    "opportunity_add":          ("organization",   200, 422, "student",                     "coach"),
    "opportunity":              ("chance",         200, 405, "student",                     ""),
    "opportunity_edit":         ("chance",         200, 422, "student",                     ""),
    "opportunity_applied":      ("chance",         405, 422, "student",                     ""),
    "opportunity_helped":       ("chance",         405, 302, "student",                     ""),
    "opportunity_drop":         ("chance",         405, 302, "student",                     ""),
    "opportunity_remove":       ("chance",         405, 302, "student",                     ""),
    # questions to the office
    "ask_office":               ("",               200, 422, "students",                    ""),
    "question_more":            ("ticket",         405, 422, "student",                     "coach office"),
    "question_close":           ("ticket",         405, 302, "student",                     "coach office"),
    "help_requests":            ("",               200, 405, "coaches office",              ""),
    "suggested_person_add":     ("outsider",       405, 302, "student",                     "coach office"),
    "help_request":             ("ticket",         200, 422, "coach office",                "student"),
    "help_request_take":        ("ticket",         405, 302, "coach office",                "student"),
    # suggestions and warm introductions
    "suggestions":              ("",               200, 405, "students",                    ""),
    "suggestion_ask":           ("suggestion",     405, 302, "student",                     "coach office"),
    "suggestion_introduce":     ("offered",        405, 302, "student",                     "coach office"),
    "suggestion_pass":          ("offered",        405, 302, "student",                     "coach office"),
    "suggestion_change_mind":   ("meeting",        405, 302, "student",                     "coach office"),
    "suggest":                  ("",               200, 200, "coaches office",              ""),
    "suggestions_given":        ("",               200, 405, "coaches office",              ""),
    "suggest_back":             ("",               405, 302, "coaches office",              ""),
    "suggestion_withdraw":      ("offered",        405, 302, "coach office",                "student"),
    "warm_introduction_enter":  ("mailed_meeting", 302, 405, "all",                         ""),
    "warm_introduction":        ("meeting",        200, 422, "by_link",                     ""),
    # what is due
    "healthz":                  ("",               200, 405, "all",                         ""),
    "readyz":                   ("",               200, 405, "all",                         ""),
    "today":                    ("",               200, 405, "students",                    ""),
    "notices":                  ("",               200, 405, "signed_in",                   ""),
    "notice_act":               ("",               405, 302, "signed_in",                   ""),  # no such thing
    "notice_undo":              ("notice",         405, 302, "student",                     ""),
    "notice_done":              ("notice",         405, 302, "student",                     ""),
    "notice_dismiss":           ("notice",         405, 302, "student",                     ""),
    "notice_snooze":            ("notice",         405, 302, "student",                     ""),
    "notice_reopen":            ("notice",         405, 302, "student",                     ""),
    "reminders_stop":           ("",               405, 302, "signed_in",                   ""),
    "reminders_stop_undo":      ("",               405, 302, "signed_in",                   ""),
    "reminder_preferences":     ("",        200, {302, 422}, "signed_in",                   ""),  # 302: nothing to wish
    "notice_enter":             ("mailed_notice",  302, 405, "all",                         ""),
    "notice_off":               ("notice",         200, 422, "by_link",                     ""),
    "entry_enter":              ("mailed_entry",   302, 405, "all",                         ""),
    "entry_check":              ("alum",           200, 422, "by_link",                     ""),
    "unsubscribe":              ("no_more",        200, 200, "all",                         ""),
    "updates_stop":             ("no_updates",     200, 200, "all",                         ""),
    "nudges_stop":              ("no_nudges",      200, 200, "all",                         ""),
    "requests_stop":            ("no_requests",    200, 200, "all",                         ""),
    "mail_events":              ("",               405, 404, "all",                         ""),  # no provider
    # one's own data
    "my_data":                  ("",               200, 405, "signed_in",                   ""),
    "copy_ask":                 ("",               405, 302, "signed_in",                   ""),
    "erasure":                  ("",               200, 302, "signed_in",                   ""),
    "erasure_keep":             ("",               405, 302, "signed_in",                   ""),
    "office_person_data":       ("person",         200, 405, "office",                      ""),
    "office_person_copy":       ("person",         405, 302, "office",                      ""),
    "office_person_erase":      ("person",         405, 302, "office",                      ""),
    "office_person_keep":       ("person",         405, 302, "office",                      ""),
    "office_person_hold":       ("person",         405, 422, "office",                      ""),
    "office_person_lift":       ("person",         405, 302, "office",                      ""),
    "office_retention":         ("",               200, 422, "office",                      ""),
    "data_enter":               ("mailed_copy",    302, 405, "all",                         ""),
    "data_file":                ("copy",           200, 200, "by_link",                     ""),
    # coaches
    "caseload":                 ("",               200, 405, "coaches",                     ""),
    "caseload_student":         ("student",        200, 405, "coach",                       "student office"),
    "coach_note_add":           ("student",        405, 422, "coach",                       "student office"),
    "coach_note_back":          ("student",        405, 302, "coach",                       "student office"),
    "shared_note_add":          ("student",        405, 422, "coach",                       "student office"),
    "shared_note_back":         ("student",        405, 302, "coach",                       "student office"),
    "coach_letter":             ("student offer",  200, 422, "coach",                       "student office"),
    "coach_letters":            ("",               200, 200, "coaches",                     ""),
    "coach_letter_back":        ("",               405, 302, "coaches",                     ""),
    "cohort_letters":           ("cohort",         200, 200, "office",                      "coach"),
    "cohort_letters_back":      ("cohort",         405, 302, "office",                      "coach"),
    "coach_note_change":        ("private_note",   200, 422, "coach",                       ""),
    "coach_note_remove":        ("private_note",   405, 302, "coach",                       ""),
    "shared_note_change":       ("shared_note",    200, 422, "coach",                       "student"),
    "shared_note_remove":       ("shared_note",    405, 302, "coach",                       "student"),
    "caseload_export":          ("",               200, 405, "coaches",                     ""),
    "caseload_view_save":       ("",               405, 422, "coaches",                     ""),
    "caseload_view_back":       ("",               405, 302, "coaches",                     ""),
    "caseload_view_remove":     ("view",           405, 302, "coach",                       ""),
    "reviews":                  ("",               200, 405, "coaches",                     ""),
    "coach_away":               ("",               200, 422, "coaches",                     ""),
    "coach_away_end":           ("away",           405, 302, "coach",                       ""),
    "review":                   ("in_review",      200, 405, "coach",                       "student"),
    "review_comment":           ("in_review",      405, 422, "coach",                       "student"),
    "review_verdict":           ("in_review",      405, 302, "coach",                       "student"),
    "text_review":              ("shared_text",    200, 405, "coach",                       "student"),
    "text_comment":             ("shared_text",    405, 422, "coach",                       "student"),
    "text_comment_back":        ("shared_text",    405, 302, "coach",                       "student"),
    "text_return":              ("shared_text",    405, 302, "coach",                       "student"),
    "coach_said":               ("",               200, 405, "students",                    ""),
    "coach_mute":               ("",               405, 302, "students",                    ""),
    "review_comment_change":    ("comment",        405, 422, "coach",                       ""),
    "review_comment_reply":     ("answered_comment", 405, 302, "coach",                     "student"),
    "review_comment_back":      ("in_review",      405, 302, "coach",                       "student"),
    "review_comment_remove":    ("comment",        405, 302, "coach",                       ""),
    # cohorts and assignments
    "cohorts":                  ("",               200, 422, "coaches office",              ""),
    "cohorts_undo":             ("",               405, 302, "coaches office",              ""),
    "cohort":                   ("cohort",         200, 302, "coach office",                ""),
    "cohort_copy":              ("cohort",         200, 422, "coach office",                ""),
    "cohort_copy_back":         ("",               405, 302, "coaches office",              ""),
    "cohort_leave":             ("cohort",         405, 302, "coach office",                ""),
    "assignment_add":           ("cohort",         200, 422, "coach office",                ""),
    "assignment":               ("assignment",     200, 405, "coach office",                "student"),
    "assignment_edit":          ("assignment",     200, 422, "coach office",                "student"),
    "assignment_excuse":        ("assignment",     405, 302, "coach office",                "student"),
    "assignment_export":        ("assignment",     200, 405, "coach office",                "student"),
    "reflection_read":          ("reflection",     200, 405, "coach",                       "student"),
    "my_assignments":           ("",               200, 405, "students",                    ""),
    "reflection":               ("assignment",     405, 302, "student",                     "coach office"),
    # handed to another coach
    "handover":                 ("",               200, 422, "coaches office",              ""),
    "handover_undo":            ("handover",       405, 302, "coach office",                ""),
    # practice interviews
    "practice_times":           ("",               200, 422, "coaches",                     ""),
    "practice_slot_remove":     ("free_time",      405, 302, "coach",                       ""),
    "practice_series_stop":     ("repeats",        405, 302, "coach",                       ""),
    "practice_given":           ("practiced",      200, 302, "coach",                       "student"),
    "practice_missed":          ("practiced",      405, 302, "coach",                       "student"),
    "practice_cancel_given":    ("practice",       405, 302, "coach",                       "student"),
    "practice_book":            ("",               200, 422, "students",                    ""),
    "practice_cancel":          ("practice",       405, 302, "student",                     "coach"),
    "practice_held":            ("practiced",      200, 405, "student coach",               ""),
    "practice_ics":             ("practice",       200, 405, "student coach",               ""),
    "practice_friend":          ("",               200, 422, "students",                    ""),
    "practice_friend_one":      ("with_friend",    200, 405, "student",                     ""),
    "practice_friend_link":     ("with_friend",    405, 302, "student",                     ""),
    "practice_friend_end":      ("with_friend",    405, 302, "student",                     ""),
    "practice_friend_enter":    ("mailed_friend",  302, 405, "all",                         ""),
    "practice_play":            ("with_friend",    200, 302, "by_link",                     ""),
    # the office
    "office":                   ("",               200, 405, "office",                      ""),
    "office_replies":           ("",               200, 405, "office",                      ""),
    "office_replies_export":    ("",               200, 405, "office",                      ""),
    "office_people":            ("",               200, 405, "office",                      ""),
    "office_person_add":        ("",               200, 422, "office",                      ""),
    "office_students_import":   ("",               200, 422, "office",                      ""),
    "office_person":            ("person",         200, 422, "office",                      ""),
    "office_person_close":      ("person",         200, 302, "office",                      ""),
    "office_person_reopen":     ("person",         405, 302, "office",                      ""),
    "office_outbox":            ("",               200, 405, "office",                      ""),
    "office_message":           ("message",        200, 405, "office",                      ""),
    "office_message_resend":    ("message",        405, 302, "office",                      ""),
    "office_message_close":     ("message",        405, 302, "office",                      ""),
    "office_coming":            ("",               200, 405, "office",                      ""),
    "office_suppressed":        ("",               200, 422, "office",                      ""),
    "office_suppressed_lift":   ("suppressed",     200, 302, "office",                      ""),
    "office_suppressed_restore": ("suppressed",    405, 302, "office",                      ""),
    "office_questions":         ("",               200, 405, "office",                      ""),
    "office_question_add":      ("",               200, 422, "office",                      ""),
    "office_words":             ("",               200, 422, "office",                      ""),
    "office_word":              ("search_word",    200, 422, "office",                      ""),
    "office_word_delete":       ("search_word",    405, 302, "office",                      ""),
    "office_word_back":         ("",               405, 302, "office",                      ""),
    "office_shelf":             ("",               200, 405, "office",                      ""),
    "office_resource_add":      ("",               200, 422, "office",                      ""),
    "office_resource":          ("resource",       200, 422, "office",                      ""),
    "office_resource_move":     ("resource",       405, 302, "office",                      ""),
    "office_resource_archive":  ("resource",       405, 302, "office",                      ""),
    "office_resource_restore":  ("resource",       405, 302, "office",                      ""),
    "office_questions_import":  ("",               200, 422, "office",                      ""),
    "office_question":          ("bank",           200, 422, "office",                      ""),
    "office_question_switch":   ("bank",           405, 302, "office",                      ""),
    "office_phrases":           ("",               200, 422, "office",                      ""),
    "office_rule_switch":       ("none",           405, 404, "office",                      ""),
    "office_phrase_switch":     ("phrase",         405, 302, "office",                      ""),
    "office_phrase_remove":     ("phrase",         405, 302, "office",                      ""),
    "office_phrase_back":       ("",               405, 302, "office",                      ""),
    "office_policy":            ("",               200, 422, "office",                      ""),
    "office_cohorts":           ("",               200, 422, "office",                      ""),
    "office_hours":             ("",               200, 422, "office",                      ""),
    "office_holidays":          ("",               200, 422, "office",                      ""),
    "office_holidays_read":     ("",               405, 422, "office",                      ""),
    "office_holidays_take":     ("",               405, 302, "office",                      ""),
    "office_holiday_remove":    ("holiday",        405, 302, "office",                      ""),
    # the local stack only (tests/local/test_doors.py shows that production has none of them)
    "local_enter":              ("coach",          405, 302, "all",                         ""),
    "local_mails":              ("",               200, 405, "all",                         ""),
    "local_mail":               ("none",           404, 405, "all",                         ""),
    "local_mail_html":          ("none",           404, 405, "all",                         ""),
    "local_mail_file":          ("none 1",         404, 405, "all",                         ""),
}  # fmt: skip

# Sign-in is allauth's: what a visitor gets, and what somebody gets who signed in by a code and has no password.
# 403: there is nothing by which they could prove again who they are; 302: they sign in anew first.
ALLAUTH = {
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_inactive": (200, 200),
    "account_signup": (200, 302),
    "account_reauthenticate": (302, 403),
    "account_email": (302, 302),
    "account_email_verification_sent": (302, 302),
    "account_change_password": (302, 302),
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_confirm_login_code": (302, 302),
    "account_reset_password_from_key_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_request_login_code": (200, 302),
    "mfa_index": (302, 200),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (302, 403),
    "mfa_activate_totp": (302, 302),
    "mfa_deactivate_totp": (302, 404),
    "mfa_view_recovery_codes": (302, 404),
    "mfa_generate_recovery_codes": (302, 200),
    "mfa_download_recovery_codes": (302, 404),
    "mfa_list_webauthn": (302, 200),
    "mfa_add_webauthn": (302, 302),
    "mfa_reauthenticate_webauthn": (302, 403),
    "mfa_remove_webauthn": (302, 404),
    "mfa_edit_webauthn": (302, 404),
    "usersessions_list": (302, 200),
}

FILL = {
    "account_reset_password_from_key": {"uidb36": "a", "key": "a"},
    "mfa_remove_webauthn": {"pk": 1},
    "mfa_edit_webauthn": {"pk": 1},
}
EVIL = "https://evil.example/"
OBJECTLESS = {
    *("office_person", "office_person_close", "office_person_reopen", "office_question", "office_question_switch"),
    *("office_resource", "office_resource_move", "office_resource_archive", "office_resource_restore"),
    *("office_word", "office_word_delete"),
    *("office_message", "office_message_resend", "office_message_close"),
    *("office_suppressed_lift", "office_suppressed_restore"),
    *("office_person_data", "office_person_copy", "office_person_erase", "office_person_keep"),
    *("office_person_hold", "office_person_lift"),
    *("office_rule_switch", "office_phrase_switch", "office_phrase_remove", "office_holiday_remove"),
}


def patterns(resolver=None):
    """Yield every address of the site."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from patterns(pattern)


def people(names):
    """Spell out the words of a column."""
    return {person for name in names.split() for person in WHO.get(name, {name})}


def expected(name, persona, method):
    """Return the status that the table promises: of a pair, the first to a visitor."""
    of, *answers, let_in, sees = DOORS[name]
    answer = answers[("get", "post").index(method)]
    if isinstance(answer, tuple):
        answer = answer[persona not in ("visitor", "by_link")]
    if answer == 405 or persona in people(let_in) | ({"by_link"} if "visitor" in people(let_in) else set()):
        return answer
    if let_in == "by_link":
        return 410
    if persona in ("visitor", "by_link"):
        return 302
    is_row = of and name not in OBJECTLESS
    return 404 if is_row and persona not in people(sees) else 403


def wrong(answers, promised):
    """Return {address: (answer, promise)} where the two differ."""
    found = {name: (answer.status_code, promised[name]) for name, answer in answers.items()}
    return {
        name: (status, promise)
        for name, (status, promise) in found.items()
        if status not in (promise if isinstance(promise, set) else {promise})
    }


def abroad(answers):
    """Return {address: where it leads} for answers that lead away from Rapport (G6)."""
    places = {
        name: answer.headers.get("Location") or answer.headers.get("HX-Redirect") for name, answer in answers.items()
    }
    return {name: place for name, place in places.items() if place and (place[0] != "/" or place[1:2] in ("/", "\\"))}


def url_of(name, stage):
    return reverse(name, args=stage.args(DOORS[name][0]))


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Most of these answers are refusals; the log of each would only hide the difference."""
    caplog.set_level(logging.CRITICAL, logger="django.request")


def staged(cast):
    return Stage(*(cast[name] for name in ("student", "alum", "coach", "office")))


def browser_of(persona, cast, stage):
    """Return the browser of a persona; `by_link` came in by the letters to the alum and is not signed in."""
    if persona != "by_link":
        return browser(cast[persona])
    client = browser(None, stage.letter, stage.agreed)
    for name in (
        "notice_enter",
        "entry_enter",
        "claim_enter",
        "saved_enter",
        "data_enter",
        "practice_friend_enter",
        "warm_introduction_enter",
    ):
        client.get(url_of(name, stage))
    return client


@contextmanager
def undrawn():
    """Answer with empty pages: what is drawn for a request is not drawn at all. A mail is, whoever asked for it."""
    draw = Template.render

    def nothing(template, context=None, request=None):
        return "" if request else draw(template, context)

    with patch.object(Template, "render", nothing):
        yield


def is_drawn(name, persona, method):
    """Whether this persona is the first of those who get in."""
    _, *answers, let_in, _ = DOORS[name]
    return (
        persona == next(one for one in (*PEOPLE, "by_link") if one in people(let_in))
        and answers[method == "post"] != 405
    )


def asked(client, name, persona, method, stage):
    with nullcontext() if is_drawn(name, persona, method) else undrawn():
        return tried(getattr(client, method), url_of(name, stage), {"next": EVIL})


# --- the table is the site --------------------------------------------------------------------------------------------


def test_every_address_is_in_the_table_once():
    names = [pattern.name for pattern in patterns()]
    assert sorted(names, key=str) == sorted({*DOORS, *ALLAUTH})
    assert not DOORS.keys() & ALLAUTH.keys()


def test_every_view_of_ours_has_a_door():
    ours = [pattern.callback for pattern in patterns() if pattern.name in DOORS]
    assert [view for view in ours if not hasattr(view, "door")] == []


# --- who gets in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("persona", [*PEOPLE, "by_link"])
def test_everybody_gets_exactly_where_the_table_says(everybody, stage, persona, method):
    client = browser_of(persona, everybody, stage)
    answers = {name: asked(client, name, persona, method, stage) for name in DOORS}
    assert wrong(answers, {name: expected(name, persona, method) for name in DOORS}) == {}
    assert abroad(answers) == {}
    turned_away = [name for name in DOORS if persona == "visitor" and expected(name, persona, method) == 302]
    elsewhere = {
        name: answers[name].url
        for name in turned_away
        if "visitor" not in people(DOORS[name][3])
        and not answers[name].url.startswith(f"{reverse('account_login')}?next={back_to(name, stage, method)}")
    }
    assert elsewhere == {}


def back_to(name, stage, method):
    """Where a visitor lands after the sign-in: on the page they wanted; a button's page is not told here."""
    return url_of(name, stage) if method == "get" else "/"


def test_the_table_holds_the_other_way_round(everybody):
    cast = everybody | {name: everybody[other] for name, other in OTHER.items()}
    stage, owned = staged(cast), [name for name, (of, *_) in DOORS.items() if of]
    for persona in OTHER:
        client = browser_of(persona, cast, stage)
        with undrawn():
            answers = {name: tried(client.get, url_of(name, stage)) for name in owned}
        assert (persona, wrong(answers, {name: expected(name, persona, "get") for name in owned})) == (persona, {})


@pytest.mark.parametrize("column", [0, 1])
def test_the_doors_of_the_sign_in(stage, everybody, column):
    client = browser(everybody["student"] if column else None)
    answers = {}
    for pattern in patterns():
        if pattern.name in ALLAUTH:
            answers[pattern.name] = tried(client.get, reverse(pattern.name, kwargs=FILL.get(pattern.name)))
    assert wrong(answers, {name: answer[column] for name, answer in ALLAUTH.items()}) == {}
