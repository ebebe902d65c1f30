"""What a student types about a contact: input only."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import F
from django.http import QueryDict

from apps.accounts.models import User
from apps.clock import times, zones
from apps.network import actions, pasted, twins
from apps.network.models import ActionStep, Contact, NamePermission, Outcome, Referral, Relation, Touch
from apps.network.pasted import Named
from apps.network.twins import Key, Sign, Twin
from apps.web.addresses import AddressField
from apps.web.autosave import Posted
from apps.web.fields import DayField, DayInput, LongSelect, ProseField, gone_by, to_come
from apps.wording import name_lists
from apps.wording.hints import PLACEHOLDER


class ProfileField(forms.URLField):
    """A LinkedIn address as people copy it: also in/grace-otieno, and without https in front."""

    def to_python(self, value: str | None) -> str:
        return str(super().to_python(twins.linkedin_address(value or "")))


TWIN_FIELDS = {Sign.EMAIL: "email", Sign.LINKEDIN: "linkedin", Sign.NAME_AND_PLACE: "name", Sign.NAME: "name"}


class ContactForm(forms.ModelForm):
    twin: Twin[Contact] | None = None  # who is there already
    twin_field = ""
    organization_name = forms.CharField(label="Where they work", max_length=160, required=False)

    class Meta:
        model = Contact
        fields = [
            "name",
            "pronouns",
            "relation",
            "title",
            "organization_name",
            "source",
            "email",
            "phone",
            "linkedin",
            "city",
            "time_zone",
            "notes",
            "is_private",
        ]
        field_classes = {"email": AddressField, "linkedin": ProfileField}
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}
        labels = {"is_private": "Keep this person private", "title": "What they do", "time_zone": "Their time zone"}

    def __init__(self, *args: Any, student: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.student = student
        self.instance.student = student
        lives = zones.places(self.instance.time_zone)
        known = [("", "Choose what fits best"), *Relation.choices]
        self.fields["relation"] = forms.ChoiceField(label="How you know them", choices=known)
        self.fields["time_zone"].widget = LongSelect(choices=[("", "The same as mine"), *lives])
        self.fields["organization_name"].initial = self.instance.organization_name

    @property
    def values(self) -> dict[str, Any]:
        return self.cleaned_data

    def clean(self) -> dict[str, Any]:
        """Say where it was typed that somebody is there already; of a mere name one may say that they are two.

        An address that was pasted beside the name goes where addresses are.
        """
        data: dict[str, Any] = super().clean() or self.cleaned_data
        beside = pasted.one(data.get("name", ""))._asdict()
        data |= {name: said for name, said in beside.items() if said and (name == "name" or not data.get(name))}
        key = twins.key(
            data.get("name", ""),
            email=data.get("email", ""),
            linkedin=data.get("linkedin", ""),
            organization=data.get("organization_name", ""),
        )
        twin = actions.twin_of(self._changed(key), student=self.student.pk, but=self.instance.pk)
        if twin is not None and not (self.data.get("anyway") == str(twin.person.pk) and not twin.is_certain):
            self.twin, self.twin_field = twin, TWIN_FIELDS[twin.sign]
            self.add_error(self.twin_field, self._of_twin(twin))
        return data

    def _changed(self, key: Key) -> Key:
        """Leave out what stood there before: whoever edits a note is not asked about a name they agreed to."""
        if not self.instance.pk:
            return key
        was = self.instance.twin_key
        email, linkedin, name = ("" if new == old else new for new, old in zip(key[:3], was[:3], strict=True))
        return Key(email, linkedin, name, key.organization)

    def _of_twin(self, twin: Twin[Contact]) -> str:
        name, who = twin.person.name, "You already have" if not twin.person.archived_at else "You removed"
        if twin.sign == Sign.EMAIL:
            return f"{who} {name} with this email."
        if twin.sign == Sign.LINKEDIN:
            return f"{who} {name} with this LinkedIn address."
        place = f" at {twin.person.organization_name}" if twin.sign == Sign.NAME_AND_PLACE else ""
        return f"{who} {name}{place}{' earlier' if twin.person.archived_at else ''}."

    @property
    def may_add_anyway(self) -> bool:
        """Whether the only thing in the way is somebody of the same name."""
        return bool(self.twin and not self.twin.is_certain and len(self.errors) == 1)

    def save(self, commit: bool = True) -> Contact:
        self.instance.organization = actions.organization(self.cleaned_data["organization_name"], student=self.student)
        return super().save(commit)


MOST_TYPED = 5000  # characters


class QuickNamesForm(forms.Form):
    """One prompt or ring of the mapping exercise: a name, or several on lines of their own."""

    relation = forms.ChoiceField(choices=Relation.choices)
    anyway = forms.BooleanField(required=False)
    names = forms.CharField(label="Names", max_length=MOST_TYPED, widget=forms.Textarea(attrs={"rows": 1}))

    def clean_names(self) -> list[Named]:
        return named_in(self.cleaned_data["names"])


def named_in(text: str) -> list[Named]:
    """Return who stands on lines of their own, each once, with the address beside the name of one person.

    Raises ValidationError where it is not sure who is meant.
    """
    names: list[Named] = []
    for line in pasted.lines(text.replace(";", "\n")):
        people = name_lists.split_list(line.name)
        if people is None:
            raise forms.ValidationError(f"Is “{line.name.strip()}” 1 person or 2? Add each person separately.")
        said = [person for person in people if name_lists.is_said(person)]
        names += [line._replace(name=person) if len(people) == 1 else Named(person) for person in said]
    if not names:
        is_address = "@" in text or "linkedin.com" in text
        raise forms.ValidationError(NO_NAME_BESIDE if is_address else "Write at least 1 name, then select Add.")
    if too_long := next((one.name for one in names if len(one.name) > LONGEST_NAME), ""):
        raise forms.ValidationError(f"“{too_long[:40]}…” is too long. A name has up to {LONGEST_NAME} characters.")
    return _each_once(names)


def _each_once(names: list[Named]) -> list[Named]:
    """Return one of each name, with the first address that stands beside it; of two addresses they are two."""
    kept: list[Named] = []
    for named in names:
        place = next((at for at, one in enumerate(kept) if _may_be_one(one, named)), None)
        if place is None:
            kept.append(named)
        else:
            kept[place] = Named(named.name, *(old or new for old, new in zip(kept[place][1:], named[1:], strict=True)))
    return kept


def _may_be_one(one: Named, other: Named) -> bool:
    pairs = zip(one[1:], other[1:], strict=True)
    return one.name == other.name and all(not mine or not theirs or mine == theirs for mine, theirs in pairs)


NO_NAME_BESIDE = "That’s an address without a name. Write the person’s name, then select Add."
LONGEST_NAME = 150


class LetterForm(Posted, forms.Form):
    """A letter as it is written: it may have gaps."""

    body = ProseField(label="Your note", max_length=8000, required=False)


class SentForm(LetterForm):
    """A letter that was sent: its words are there."""

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        gap = PLACEHOLDER.search(body)
        if gap:
            raise forms.ValidationError(f"“{gap.group()}” is a placeholder. Replace it with your own words.")
        return body


K = Touch.Kind
BY_HAND = (K.WROTE, K.HEARD, K.MET, K.CALLED, K.UPDATED, K.GAVE, K.NOTE)  # Rapport notes the others itself


class TouchForm(forms.ModelForm):
    kind = forms.ChoiceField(label="What happened", choices=[(kind.value, kind.label) for kind in BY_HAND])
    day = DayField(label="When", required=False)  # nothing: today

    class Meta:
        model = Touch
        fields = ["kind", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}
        labels = {"note": "What was said, or what to remember"}
        help_texts = {"note": "You can paste a whole message. Only you see it."}

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        today: date,
        instance: Touch | None = None,
        zone: ZoneInfo | None = None,
    ) -> None:
        day = times.local_date(instance.at, zone) if instance and zone else today
        super().__init__(data, auto_id="touch_%s", initial={"day": day}, instance=instance)
        _as_it_was(self.fields["day"], gone_by, today, day if instance else None)
        if instance and instance.key:  # Rapport noted it: what and when are facts of a conversation
            del self.fields["kind"], self.fields["day"]
        elif instance and instance.kind not in BY_HAND:
            self.fields["kind"] = forms.ChoiceField(label="What happened", choices=Touch.Kind.choices)


def _as_it_was(field: forms.Field, bound: Callable[[forms.Field, date], None], today: date, was: date | None) -> None:
    """Hold a field of days to its bounds, and let a day that stands there already stay."""
    bound(field, today)
    if was is None:
        return
    field.validators = [_unless(was, validator) for validator in field.validators]
    attrs = field.widget.attrs
    attrs["min"], attrs["max"] = min(attrs["min"], was.isoformat()), max(attrs["max"], was.isoformat())


def _unless(was: date, validator: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda value: None if value == was else validator(value)


class StepForm(forms.ModelForm):
    """What to do, by when, who does it, and from which conversation it comes (R110)."""

    talked_on = forms.TypedChoiceField(
        label="From which conversation", coerce=date.fromisoformat, empty_value=None, required=False
    )

    class Meta:
        model = ActionStep
        fields = ["text", "due_on", "talked_on", "is_theirs"]
        widgets = {"due_on": DayInput}
        labels = {"text": "What needs doing", "due_on": "By"}

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        today: date,
        first: str = "",
        talked: Iterable[date] = (),
        instance: ActionStep | None = None,
    ) -> None:
        """`first` is what the other is called, who may be the one to do it; of a step about nobody there is none.

        `talked` are the days on which the two have talked, the newest first.
        """
        super().__init__(data, auto_id="step_%s", instance=instance)
        _as_it_was(self.fields["due_on"], to_come, today, instance.due_on if instance else None)
        self._offer_talks({*talked, self.instance.talked_on} - {None})
        if first:
            self.fields["is_theirs"].label = f"{first} will do this, not me"
        else:
            del self.fields["is_theirs"]

    def _offer_talks(self, days: set[date]) -> None:
        if not days:
            del self.fields["talked_on"]
            return
        known = [(day.isoformat(), times.long_day(day)) for day in sorted(days, reverse=True)]
        self.fields["talked_on"].choices = [("", "None"), *known]  # type: ignore[attr-defined]  # a field of choices


class OutcomeForm(forms.ModelForm):
    class Meta:
        model = Outcome
        fields = ["kind", "note", "happened_on"]
        widgets = {"happened_on": DayInput}
        labels = {"kind": "What it led to", "note": "Details", "happened_on": "When"}

    def __init__(self, data: QueryDict | None = None, *, today: date, instance: Outcome | None = None) -> None:
        initial = {} if instance else {"happened_on": today}
        super().__init__(data, auto_id="outcome_%s", initial=initial, instance=instance)
        _as_it_was(self.fields["happened_on"], gone_by, today, instance.happened_on if instance else None)


MOST_PICKED = 60  # names in a list to choose from; the others are typed
MAY_I = [
    (said.value, said.label)
    for said in (NamePermission.NOT_ASKED, NamePermission.YES, NamePermission.INTRO_FIRST, NamePermission.NO)
]


class SuggestionForm(forms.Form):
    """Who suggested somebody: one of the people on the map, or a name; and whether their name may be used."""

    referrer = forms.ChoiceField(label="Who suggested them", required=False)
    referrer_name = forms.CharField(
        label="Or write a name", max_length=150, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    referrer_relation = forms.ChoiceField(
        label="How you know this person", required=False, help_text="Only for someone who isn’t in your network yet."
    )
    name_permission = forms.ChoiceField(label="Permission to use the name", choices=MAY_I)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        student: User,
        contact: Contact | None = None,
        referral: Referral | None = None,
    ) -> None:
        now = {"referrer": str(referral.referrer_id), "name_permission": referral.name_permission} if referral else {}
        super().__init__(data, auto_id="suggested_%s", initial={"name_permission": NamePermission.NOT_ASKED} | now)
        self.student, self.contact, self.is_asked = student, contact, bool(contact)
        self.people = Contact.objects.filter(student=student).exclude(pk__in=[contact.pk] if contact else [])
        offered = list(self._offered(referral))
        self.fields["referrer"] = forms.ChoiceField(
            label="Who suggested them",
            required=False,
            widget=LongSelect,
            choices=[("", "Choose from your network"), *((str(person.pk), _with_place(person)) for person in offered)],
        )
        ways = [("", "Choose what fits best"), *Relation.choices]
        self.fields["referrer_relation"].choices = ways  # type: ignore[attr-defined]  # of a ChoiceField

    def _offered(self, referral: Referral | None) -> Iterable[Contact]:
        """Return those to choose from, by name: of very many, those one was last in touch with."""
        lately = self.people.filter(archived_at=None).order_by(F("last_touch_at").desc(nulls_last=True), "-pk")
        names = ("name", "sort_key", "organization__name")
        people = list(lately.select_related("organization").only(*names)[:MOST_PICKED])
        if referral and referral.referrer not in people:
            people.append(referral.referrer)
        return sorted(people, key=lambda person: (person.sort_key, person.pk))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        new = pasted.one(data.get("referrer_name", ""))
        self.suggestion: dict[str, Any] = {"name_permission": data.get("name_permission", NamePermission.NOT_ASKED)}
        if data.get("referrer"):
            self.suggestion["referrer"] = self.people.get(pk=data["referrer"])
        elif new.name:
            self._by_name(new, data.get("referrer_relation", ""))
        elif self.is_asked and "referrer" not in self.errors:
            self.add_error("referrer", "Choose someone from your network, or write a name.")
        return data

    def _by_name(self, new: Named, relation: str) -> None:
        """Find who is meant among the student’s people; somebody new comes onto the map, with how one knows them."""
        name = new.name
        same = list(self.people.filter(name_key=twins.name_key(name), archived_at=None)[:2])
        if len(same) > 1:
            said = f"You know several people called {name}. Choose the one you mean from your network."
            self.add_error("referrer_name", said)
        elif self.contact and twins.name_key(name) == self.contact.name_key and not same:
            self.add_error("referrer_name", "People can’t suggest themselves. Who was it?")
        elif same:
            self.suggestion["referrer"] = same[0]
        elif not relation:
            self.add_error("referrer_relation", f"{name} isn’t in your network yet. How do you know this person?")
        else:
            self.suggestion |= {"new": new, "relation": relation}

    @property
    def says_who(self) -> bool:
        return self.is_valid() and len(self.suggestion) > 1


def _with_place(person: Contact) -> str:
    return f"{person.name} ({person.organization_name})" if person.organization_name else person.name
