"""The file of people that a student brings, and what holds for everybody whom they choose: input only."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from apps.network.contact_file import MOST_BYTES
from apps.network.models import Relation
from apps.web.columns import FILES

CARDS = (".vcf", ".vcard")
OTHERS = (".zip", ".ldif", ".json")  # of which the file itself tells whether we can read it


TOO_LARGE = {
    False: "The file is larger than 5 MB. Split it in two, or leave the pictures out.",
    True: "The .zip file is larger than 5 MB. Unpack it, then choose one file: of LinkedIn’s, Connections.csv.",
}


class ContactFileForm(forms.Form):
    file = forms.FileField(
        label="The file",
        help_text="Up to 5 MB and 10,000 people: a CSV file, a spreadsheet, contact cards (.vcf), or LinkedIn’s .zip.",
        widget=forms.FileInput(attrs={"accept": ",".join([*FILES, *CARDS, ".zip", "text/csv", "text/vcard"])}),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE[(file.name or "").lower().endswith(".zip")])
        if not (file.name or "").lower().endswith((*FILES, *CARDS, *OTHERS)):
            raise forms.ValidationError("Choose a CSV file, a spreadsheet, or a file of contact cards (.vcf).")
        return file


class RelationForm(forms.Form):
    """How the student knows those whom they bring in."""

    relation = forms.ChoiceField(
        label="How you know them", choices=Relation.choices, widget=forms.Select(attrs={"form": "choose"})
    )
    tag = forms.CharField(
        label="A tag for all of them",
        max_length=40,
        required=False,
        help_text="For example: from LinkedIn.",
        widget=forms.TextInput(attrs={"form": "choose"}),
    )
