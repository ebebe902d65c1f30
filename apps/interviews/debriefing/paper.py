"""Photos of notes on paper: kept privately with a conversation, taken out, and put back for a day (R91)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from apps.files import storing
from apps.files.models import PrivateFile
from apps.interviews.debriefing.models import PaperNote
from apps.interviews.lifecycle.acts import act, lock
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.web.answers import Refused

MOST = 10
UNDO = timedelta(days=1)
ACCEPT = "image/jpeg,image/png,image/webp"
HELP = f"JPEG, PNG or WebP, up to {storing.MOST_BYTES // 1024**2} MB. Only you can see it."


def of(interview: Interview, now: datetime) -> list[PaperNote]:
    """Return the photos, with those that can still be put back; their bytes are not read."""
    found = interview.paper_notes.select_related("file").defer("file__content").order_by("pk")
    return [note for note in found if note.removed_at is None or note.removed_at > now - UNDO]


@act
def keep(interview: Interview, photos: Iterable[UploadedFile]) -> int:
    """Keep photos of a conversation that was held. The same photo twice is one. Raises Refused. Returns how many."""
    fresh = lock(interview)
    if fresh.status != InterviewStatus.COMPLETED:
        raise Refused("First tell us if you talked. Then you can add photos of your notes.")
    return sum(_keep(fresh, photo) for photo in photos)


def _keep(interview: Interview, photo: UploadedFile) -> bool:
    if (photo.size or 0) > storing.MOST_BYTES:
        raise Refused(f"This photo is larger than {storing.MOST_BYTES // 1024**2} MB. Choose a smaller one.")
    if interview.paper_notes.filter(removed_at=None).count() >= MOST:
        raise Refused(f"You can keep {MOST} photos with a conversation. Delete one first.")
    file = storing.keep_photo(photo.read(), owner=interview.student)
    same = interview.paper_notes.filter(file__size=file.size, file__content=file.content).first()
    if same is None:
        PaperNote.objects.create(interview=interview, file=file)
        return True
    file.delete()
    was_out = same.removed_at is not None
    interview.paper_notes.filter(pk=same.pk).update(removed_at=None)
    return was_out


@act
def take_out(interview: Interview, *, note: int, now: datetime) -> None:
    """Take a photo out; it can be put back for a day."""
    lock(interview)
    if not interview.paper_notes.filter(pk=note, removed_at=None).update(removed_at=now):
        raise Refused("That photo was already deleted.")


@act
def put_back(interview: Interview, *, note: int, now: datetime) -> None:
    lock(interview)
    if not interview.paper_notes.filter(pk=note, removed_at__gt=now - UNDO).update(removed_at=None):
        raise Refused("That photo can no longer be restored. Add it again.")


def gone(now: datetime) -> QuerySet[PrivateFile]:
    """Return the files of photos that were taken out more than a day ago; what points at them goes along."""
    return PrivateFile.objects.filter(pk__in=PaperNote.objects.filter(removed_at__lte=now - UNDO).values("file"))
