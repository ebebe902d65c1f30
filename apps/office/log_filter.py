"""Which lines of the audit log were asked for: from a day to a day of the office, who did it, whom it concerns, what.

What a line says is log.py’s. People are found by name or email in two questions, whatever is found.
"""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from apps.alumni.models import AlumniProfile
from apps.audit.models import AuditEntry
from apps.clock import times
from apps.office import log
from apps.office import people as office_people
from apps.policy.models import Policy
from apps.web.fields import DayField

MOST_FOUND = 500  # people whose lines are looked for: who types one letter finds no more
A_DAY = timedelta(days=1)


class LogFilter(forms.Form):
    """What stands in the address of the page; where some of it makes no sense, no line is shown, and it says why."""

    q = forms.CharField(label="Done by", required=False, max_length=100)
    about = forms.CharField(label="Done to", required=False, max_length=100)
    kind = forms.ChoiceField(label="What", required=False)
    from_on = DayField(label="From", required=False)
    until_on = DayField(label="To", required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        kinds = sorted(log.KINDS.items(), key=lambda pair: pair[1])
        self.fields["kind"] = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *kinds])
        for name in ("q", "about"):
            self.fields[name].widget.attrs["placeholder"] = "Name or email"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", "Choose a day on or after the first one.")
        return cleaned

    @property
    def is_empty(self) -> bool:
        return self.is_valid() and not any(self.cleaned_data.values())

    @property
    def period(self) -> str:
        """The days in words: a browser writes them in its own way."""
        if not self.is_valid():
            return ""
        first, last = self.cleaned_data["from_on"], self.cleaned_data["until_on"]
        said = [f"from {times.long_day(first)}"] if first else []
        said += [f"to {times.long_day(last)}"] if last else []
        return f"Shown: {' '.join(said)}, in {times.zone_name(Policy.now().time_zone)}." if said else ""

    def rows(self) -> QuerySet[AuditEntry]:
        """Return the lines, the newest first."""
        rows = AuditEntry.objects.order_by("-at", "-pk")
        if not self.is_valid():
            return rows.none()
        told = self.cleaned_data
        rows = rows.filter(_in(told["from_on"], told["until_on"]))
        if told["kind"]:
            rows = rows.filter(subject=told["kind"])
        if told["q"]:
            rows = rows.filter(actor__in=office_people.found(told["q"], "").order_by().values("pk"))
        return rows.filter(_about(told["about"])) if told["about"] else rows


def _in(first: date | None, last: date | None) -> Q:
    """Return the condition that something happened on one of these days, both counted, on the office’s clock."""
    zone, days = Policy.now().time_zone, Q()
    if first:
        days &= Q(at__gte=times.midnight(first, zone))
    if last:
        days &= Q(at__lt=times.midnight(last + A_DAY, zone))
    return days


def _about(words: str) -> Q:
    """Return the condition that a line is about the account or the profile of somebody who is found by these words."""
    people = list(office_people.found(words, "").values_list("pk", flat=True)[:MOST_FOUND])
    theirs = Q(user__in=people) | Q(pk__in=AlumniProfile.objects.without_account(words).order_by().values("pk"))
    profiles = AlumniProfile.objects.filter(theirs).order_by("pk").values_list("pk", flat=True)[:MOST_FOUND]
    lines = Q(subject="alumni_alumniprofile", row__in=[str(pk) for pk in profiles])
    for table, column in log.OF_PERSON.items():
        if column:
            told = Q(**{f"after__{column}__in": people}) | Q(**{f"before__{column}__in": people})
        else:
            told = Q(row__in=[str(pk) for pk in people])
        lines |= Q(subject=table) & told
    return lines
