"""A debrief as a flat set of named values, as its page posts them: fields, people by place, steps by place.

A person or a step is known by its place on the page ("person-1-name"), so that a row saved twice while it is written
stays one row. Rows are never taken out while the page may be open; empty ones are dropped when it is finished.
"""

from django import forms

from apps.interviews.models import Aim, Debrief, NamedPerson, PromisedStep
from apps.network.models import NamePermission, Outcome

MOST_ROWS = 12
FEWEST = {"person": 1, "step": 2}  # lines that the page shows before anything is saved
TICKS = (
    Outcome.Kind.PATH,
    Outcome.Kind.TRAINING,
    Outcome.Kind.INSIGHT,
    Outcome.Kind.SHADOW,
    Outcome.Kind.LEAD,
)  # a name and a résumé have fields of their own; applying comes later
RATED = [(n, str(n)) for n in range(1, 6)]
MAYBE = ("may_connect", "may_stay_in_touch")  # ticked: yes; not ticked: nobody asked


class _Posted:
    """Leave out what was not posted, so that autosave may send only what changed."""

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        for name in [name for name in self.fields if data is not None and self.add_prefix(name) not in data]:
            del self.fields[name]


class DebriefForm(_Posted, forms.ModelForm):
    outcomes = forms.MultipleChoiceField(choices=[(k.value, k.label) for k in TICKS], required=False)
    aims = forms.MultipleChoiceField(choices=Aim, required=False)
    may_connect = forms.BooleanField(label="We can connect on LinkedIn", required=False)
    may_stay_in_touch = forms.BooleanField(label="I may stay in touch", required=False)
    fit_before = forms.TypedChoiceField(choices=RATED, coerce=int, empty_value=None, required=False)
    fit_after = forms.TypedChoiceField(choices=RATED, coerce=int, empty_value=None, required=False)

    class Meta:
        model = Debrief
        fields = [
            *("learned", "surprised", "agreed", "quote", "may_connect", "may_stay_in_touch", "asked_for_resume"),
            *("fit_before", "fit_after", "fit_skills", "fit_nature", "fit_goals", "aims", "outcomes"),
        ]

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(_without_blanks(data), *args, **kwargs)

    @property
    def values(self):
        cleaned = self.cleaned_data
        return {name: (cleaned[name] or None) if name in MAYBE else cleaned[name] for name in self.fields}


def _without_blanks(data):
    """Return the data with the empty value that stands for "no box ticked" taken out of the lists."""
    if data is None:
        return None
    data = data.copy()
    for name in {"outcomes", "aims"} & set(data):
        data.setlist(name, [value for value in data.getlist(name) if value])
    return data


class PersonForm(_Posted, forms.Form):
    name = forms.CharField(max_length=150, required=False)
    about = forms.CharField(label="What they do", max_length=200, required=False)
    name_permission = forms.ChoiceField(choices=NamePermission, required=False)


class StepForm(_Posted, forms.Form):
    text = forms.CharField(label="What you will do", max_length=240, required=False)
    due_on = forms.DateField(label="By", required=False)


KINDS = {"person": PersonForm, "step": StepForm}
ROWS = {"person": (NamedPerson, "named_people"), "step": (PromisedStep, "promised_steps")}


def forms_of(data):
    """Return every form that the posted data fills: the debrief's own, and one for each person and step."""
    found = [DebriefForm(data)]
    for kind, form in KINDS.items():
        found += [form(data, prefix=f"{kind}-{n}") for n in range(MOST_ROWS)]
    return [form for form in found if form.fields]


def values_of(filled):
    """Return {posted name: clean value} of valid forms."""
    found = {}
    for form in filled:
        values = form.values if isinstance(form, DebriefForm) else form.cleaned_data
        found |= {form.add_prefix(name): value for name, value in values.items()}
    return found


def labels_of(filled):
    return {form.add_prefix(name): form[name].label for form in filled for name in form.fields}


def stored(debrief):
    """Return {posted name: value} of everything that is saved."""
    found = {name: getattr(debrief, name) for name in DebriefForm.Meta.fields}
    for kind, form in KINDS.items():
        for n, row in enumerate(rows(debrief, kind)):
            found |= {f"{kind}-{n}-{name}": getattr(row, name) for name in form.base_fields}
    return found


def rows(debrief, kind):
    """Return the saved people or steps, in the order of the page."""
    return list(getattr(debrief, ROWS[kind][1]).order_by("pk")) if debrief.pk else []


def write(debrief, values):
    """Put clean values into an existing debrief and its rows. The caller holds the lock and saves the debrief."""
    own = {name: value for name, value in values.items() if name in DebriefForm.Meta.fields}
    for name, value in own.items():
        setattr(debrief, name, value)
    for kind in KINDS:
        _write_rows(debrief, kind, {name: value for name, value in values.items() if name.startswith(f"{kind}-")})


def _write_rows(debrief, kind, values):
    by_place = {}
    for name, value in values.items():
        _, place, field = name.split("-", 2)
        by_place.setdefault(int(place), {})[field] = value
    if not any(any(fields.values()) for fields in by_place.values()) and not rows(debrief, kind):
        return
    fill_up(debrief, kind, max(by_place, default=-1) + 1)
    for place, row in enumerate(rows(debrief, kind)):
        if place in by_place:
            _change(row, by_place[place])


def _change(row, fields):
    if "name_permission" in fields and not fields["name_permission"]:
        fields = fields | {"name_permission": NamePermission.NOT_ASKED}
    type(row).objects.filter(pk=row.pk).update(**fields)


def fill_up(debrief, kind, count):
    """See to it that there are at least `count` rows, the new ones empty."""
    model = ROWS[kind][0]
    for _ in range(min(count, MOST_ROWS) - len(rows(debrief, kind))):
        model.objects.create(debrief=debrief)


def add_line(debrief, kind):
    """Open one more empty line than the page has shown."""
    fill_up(debrief, kind, max(len(rows(debrief, kind)), FEWEST[kind]) + 1)


def said(value):
    """Return a value in words, to show two of them side by side."""
    if isinstance(value, list):
        return ", ".join(KNOWN.get(one, one) for one in value)
    if isinstance(value, bool) or value is None:
        return "Yes" if value else ""
    return KNOWN.get(value, str(value))


KNOWN = {str(choice.value): choice.label for choices in (Outcome.Kind, Aim, NamePermission) for choice in choices}
