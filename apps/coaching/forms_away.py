"""When a coach is away, and who reads meanwhile: input only."""

from datetime import date
from typing import Any

from django import forms

from apps.accounts.models import Role, User
from apps.web.fields import DayField

NO_ONE = "release"


class AwayForm(forms.Form):
    """The days, both of them among them, and who reads: another coach, or no one."""

    from_on = DayField(label="First day away")
    until_on = DayField(label="Last day away")
    reader = forms.ChoiceField(label="Who reviews requests while you’re away", widget=forms.RadioSelect)

    def __init__(self, *args: Any, coach: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.holding(Role.COACH).filter(is_active=True).exclude(pk=coach.pk)
        self.others = {str(one.pk): one for one in others.order_by("sort_key", "pk")}
        names = [(key, one.called) for key, one in self.others.items()]
        self.fields["reader"].choices = [  # type: ignore[attr-defined]  # it is a choice
            *names,
            (NO_ONE, "No one: requests are sent without a review"),
        ]
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, last = data.get("from_on"), data.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", "The last day is before the first. Check both.")
        elif last and last < self.today:
            self.add_error("until_on", "These days have passed. Choose a last day from today on.")
        return data

    @property
    def stand_in(self) -> User | None:
        return self.others.get(self.cleaned_data["reader"])
