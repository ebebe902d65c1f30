"""What the network pages say: a line for each person, the next step, open loops, where it is thin, one story."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from apps.accounts import times
from apps.alumni.models import Listing
from apps.network import reasons
from apps.network.models import Contact, NamePermission, Outcome, Referral, Relation, called
from apps.network.picture import draw
from apps.network.standing import LABELS, by_urgency, people, standing, with_standing

A_PAGE = 30
FRESH = timedelta(weeks=2)  # for so long after a word nothing more is due


def network_page(student, query, now):
    """Return the context of the network page for one of its three views."""
    rows = list(people(student, now))
    view = query.get("view") if query.get("view") in {"list", "relation"} else "picture"
    told = [(row, standing(row, now), line(row, student, now)) for row in rows]
    context = {"view": view, "count": len(rows), "introducers": len({row.referrer_pk for row in rows} - {None})}
    context["people"] = _listed(told, student, now, query, everybody=view == "list")
    if view == "picture":
        context["drawing"] = draw(told)
    if view == "relation":
        context["groups"] = _groups(told)
    return context | {"loops": loops(student), "thin": thin(rows), "archived": _archived(student)}


def _listed(told, student, now, query, everybody):
    """The table's rows, the longest silence first; the first seven, or a page of all."""
    told = sorted(told, key=lambda item: by_urgency(item[0]))
    page = Paginator(told, A_PAGE if everybody else 7).get_page(query.get("page") if everybody else 1)
    page.rows = [_row(row, state, student, now) for row, state, _ in page.object_list]
    return page


def _row(row, state, student, now):
    icon, colour, label = LABELS[state]
    return {
        "contact": row,
        "icon": icon,
        "colour": colour,
        "label": label,
        "last": times.ago(row.last_touch_at, now) if row.last_touch_at else "Not yet",
        "introduced": row.referrer_name or ("Alumni directory" if row.alum_id else "You knew them already"),
        "next": next_step(row, state, student, now),
    }


def line(row, student, now):
    """Say in a few words where this person stands, under their name in the picture."""
    state = standing(row, now)
    if state == "booked":
        return f"Talk {times.day_name(row.next_starts_at, now, student.zone)}"
    if state == "asked":
        return f"Asked {times.ago(row.request_sent_at, now)}" if row.request_sent_at else "Your draft is waiting"
    if state == "cold":
        return f"{times.since(row.last_touch_at, now)} quiet"
    if state == "new":
        return _permission(row)
    if row.talked_at:
        return f"Talked {_lately(row.talked_at, now, student.zone)}"
    if state == "not_now":
        return f"Not now, {_lately(row.said_no_at, now, student.zone)}"
    return row.title or row.get_relation_display()


def _lately(moment, now, zone):
    near = times.day_name(moment, now, zone)
    return near if near in {"today", "yesterday"} else times.short_day(moment, zone)


def _permission(row):
    first = called(row.referrer_name)
    if row.name_permission == NamePermission.YES:
        return f"Use {first}’s name"
    if row.name_permission == NamePermission.INTRO_FIRST:
        return f"{first} introduces you first"
    return f"Do not name {first} yet"


def next_step(row, state, student, now):
    """Return (text, url) of the one thing that would move this person on."""
    page = row.get_absolute_url()
    if row.unthanked:
        return f"Thank {row.first_name}", reverse("thank_you", args=[row.unthanked])
    if state == "booked":
        when = (
            f"{times.day_name(row.next_starts_at, now, student.zone)}, {times.clock(row.next_starts_at, student.zone)}"
        )
        return f"Talk {when}", reverse("prepare", args=[row.next_interview])
    if state == "asked":
        text = "Wait for an answer" if row.request_status == "sent" else "Finish or answer the request"
        return text, reverse("request", args=[row.request_id])
    if state == "new":
        return "Write to them", page
    if row.loop_pk:
        return f"Say how it went with {row.loop_name}", f"{reverse('contact_write', args=[row.pk])}?loop={row.loop_pk}"
    if state == "cold":
        return "Tell them what came of it", page
    if state == "not_now":
        return "Ask somebody else", reverse("people")
    return ("Stay in touch" if row.last_touch_at else "Ask for a conversation"), page


def loops(student):
    """Return the referrals whose referrer has not heard what became of them, once there is something to tell."""
    rows = Referral.objects.filter(student=student).open_loops()
    return list(rows.select_related("referrer", "contact").order_by("named_at", "pk")[:5])


def loops_of(contact):
    """Return the open loops that a letter to `contact` would close: whom they named, once the two have talked."""
    rows = Referral.objects.filter(referrer=contact).open_loops()
    return list(rows.select_related("contact", "referrer", "student").order_by("named_at", "pk"))


def second_thanks_of(contact):
    """Return what their advice led to and they have not heard of (R117)."""
    rows = Outcome.objects.filter(contact=contact, kind__in=list(reasons.LED_TO), second_thanks_at=None)
    return list(rows.select_related("contact", "student").order_by("happened_on", "pk"))


def thin(rows):
    """Say where the network is thin: the kind of people there are most of, and what there is least of."""
    counts = {relation: sum(1 for row in rows if row.relation == relation) for relation in Relation}
    if not rows:
        return ""
    most = max(counts, key=counts.get)
    missing = [
        relation
        for relation in (Relation.WORK, Relation.ALUM, Relation.PROFESSOR, Relation.EVENT)
        if not counts[relation]
    ]
    if missing:
        return f"Most people here are “{most.label.lower()}”. There is nobody yet under “{missing[0].label.lower()}”."
    least = min((r for r in Relation if counts[r]), key=counts.get)
    return f"Most people here are “{most.label.lower()}”, the fewest “{least.label.lower()}”."


def _groups(told):
    """Group people by how the student knows them, warm first."""
    groups = {relation: [] for relation in Relation}
    for row, state, text in told:
        groups[Relation(row.relation)].append({"contact": row, "state": LABELS[state], "line": text})
    return [(relation.label, members) for relation, members in groups.items() if members]


def _archived(student):
    return list(Contact.objects.filter(student=student).exclude(archived_at=None).order_by("-archived_at", "pk")[:20])


# --- one person -------------------------------------------------------------------------------------------------------


def contact_page(contact, now):
    """Return the context of one contact's page: the best reason to write, the story so far, what they agreed to."""
    row = with_standing(
        Contact.objects.filter(pk=contact.pk).select_related("organization", "cadence", "alum"), now
    ).get()
    state = standing(row, now)
    is_open = Exists(Referral.objects.filter(pk=OuterRef("pk")).open_loops())
    named_by = contact.named_by.select_related("referrer").annotate(is_open_loop=is_open)
    return {
        "contact": row,
        "state": state,
        "tag": LABELS[state],
        "best": best_reason(row, state, contact.student, now),
        "others": reasons.REASONS,
        "touches": contact.touches.order_by("-at", "-pk")[:50],
        "named_by": named_by.order_by("named_at", "pk").first(),
        "named": contact.named.select_related("contact").order_by("named_at", "pk"),
        "steps": contact.action_steps.order_by("done_at", "due_on", "pk"),
        "outcomes": contact.outcomes.order_by("-happened_on", "-pk"),
        "interviews": contact.interviews.select_related("debrief").order_by("-starts_at", "-pk"),
        "agreed": _agreed(contact),
        "begins_here": not contact.touches.filter(at__lt=contact.created_at).exists(),
        "cadence": getattr(row, "cadence", None),
        "today": times.local_date(now, contact.student.time_zone),
        "now": now,
    }


def _agreed(contact):
    """Return what they said yes to in a conversation (R99)."""
    yes = contact.interviews.filter(debrief__finished_at__isnull=False).aggregate(
        connect=Count("pk", filter=Q(debrief__may_connect=True)),
        stay=Count("pk", filter=Q(debrief__may_stay_in_touch=True)),
    )
    return ["Connecting on LinkedIn"] * bool(yes["connect"]) + ["Staying in touch"] * bool(yes["stay"])


def best_reason(row, state, student, now):
    """Return the one thing to do for this person: heading, why, button and its address."""
    if row.unthanked:
        return _do(
            f"Thank {row.first_name}.",
            "They gave you their time. A few sentences are enough.",
            "Write the note",
            reverse("thank_you", args=[row.unthanked]),
        )
    if led := second_thanks_of(row):
        return _do(
            f"Thank {row.first_name} a second time.",
            "Their advice led to something. Let them know; there is nothing to ask for.",
            f"Write to {row.first_name}",
            f"{reverse('contact_write', args=[row.pk])}?outcome={led[0].pk}",
        )
    if state == "booked":
        when = times.day_name(row.next_starts_at, now, student.zone)
        return _do(
            f"You talk {when}.",
            "Choose your questions and read up a little.",
            "Prepare",
            reverse("prepare", args=[row.next_interview]),
        )
    if state == "asked":
        return _do(
            "Your request is under way.",
            "Look at what you wrote and where it stands.",
            "Open the request",
            reverse("request", args=[row.request_id]),
        )
    if row.loop_pk:
        return _do(
            f"Tell {row.first_name} how it went with {row.loop_name}.",
            "They introduced you. People like to hear what became of their introductions.",
            "Write two sentences",
            f"{reverse('contact_write', args=[row.pk])}?loop={row.loop_pk}",
        )
    if state == "not_now":
        return _do(
            f"{row.first_name} said not now.",
            "It says nothing about you. There are others who do this work and like to be asked.",
            "Find somebody else",
            reverse("people"),
        )
    if row.talked_at or state in {"talked", "cold"}:
        return _stay(row, now)
    return _ask(row)


def _stay(row, now):
    done = row.action_steps.exclude(done_at=None).order_by("-done_at").first()
    write = reverse("contact_write", args=[row.pk])
    if done:
        return _do(
            "You took their advice. Tell them.",
            f"You said you would: {done.text.rstrip('. ')}. You did. That is a whole letter.",
            f"Write to {row.first_name}",
            f"{write}?reason=advice",
        )
    fresh = row.last_touch_at and row.last_touch_at > now - FRESH
    return _do(
        f"You were in touch {times.ago(row.last_touch_at, now)}." if fresh else "A few lines would be welcome.",
        "Nothing waits. Write when there is something to tell." if fresh else _worth_telling(row),
        f"Write to {row.first_name}",
        f"{write}?reason=news",
    )


def _worth_telling(row):
    if row.talked_at:
        return "Tell them one thing that happened because you talked."
    return "Tell them what you have done since."


def _ask(row):
    if row.alum_id and row.alum.listing == Listing.LISTED:
        return _do(
            "You have not asked yet.",
            "Twenty minutes is a small thing to ask, and most people like to be asked.",
            "Look at their profile",
            reverse("alum", args=[row.alum_id]),
        )
    return _do(
        "You have not asked yet.",
        "Twenty minutes is a small thing to ask, and most people like to be asked.",
        "Ask for a conversation",
        reverse("ask_contact", args=[row.pk]),
        post=True,
    )


def _do(title, text, button, url, post=False):
    return {"title": title, "text": text, "button": button, "url": url, "post": post}


# --- a letter ---------------------------------------------------------------------------------------------------------


def write_page(contact, query, student):
    """Return the context of a letter to `contact`: one of seven reasons, a loop to close, or a second thank-you."""
    loops, led = loops_of(contact), second_thanks_of(contact)
    loop = next((one for one in loops if str(one.pk) == query.get("loop")), None)
    outcome = next((one for one in led if str(one.pk) == query.get("outcome")), None)
    reason = reasons.BY_KEY.get(query.get("reason", "")) or _likely_reason(contact)
    context = {"contact": contact, "reasons": reasons.REASONS, "loops": loops, "led": led}
    context |= {"loop": loop, "outcome": outcome, "reason": None if loop or outcome else reason}
    if loop:
        return context | {"body": reasons.loop_letter(loop, kept=_kept_of(loop.contact))}
    if outcome:
        return context | {"body": reasons.second_letter(outcome), "helped": _helped_there(contact)}
    return context | {"body": reasons.letter(reason, contact=contact, student=student)}


def _likely_reason(contact):
    """Return the reason to begin with: advice that was taken, unless the one talk so far did not take place."""
    states = set(contact.interviews.values_list("status", flat=True))
    return reasons.AGAIN if states and states <= {"cancelled", "no_show"} else reasons.REASONS[0]


def _kept_of(contact):
    """Return the sentence that the student kept from the last talk with `contact`, or nothing."""
    talks = contact.interviews.filter(debrief__quote__gt="").order_by("-starts_at", "-pk")
    return talks.values_list("debrief__quote", flat=True).first() or ""


def _helped_there(contact):
    """Return the others of the same organization whom the student talked with: they might like to hear of it too."""
    if contact.organization_id is None:
        return []
    others = Contact.objects.filter(organization=contact.organization_id, interviews__status="completed")
    return list(others.exclude(pk=contact.pk).filter(archived_at=None).distinct().order_by("sort_key", "pk"))
