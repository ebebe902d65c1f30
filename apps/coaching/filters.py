"""What a coach wants to see of the caseload, as an address says it: view, cohort, program, stage, name (R231)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from apps.interviews.lifecycle.stages import StageName
from apps.students.models import Stage
from apps.wording.text import folded

# Why a student may need their coach, the most urgent first; each is a view of its own.
REASONS = {
    "review": "Drafts to review",
    "thanks": "Thank-yous overdue",
    "first": "First conversations",
    "unsent": "First request not sent",
    "quiet": "No activity for 3 weeks",
    "unstarted": "Not started",
}
VIEWS = {"today": "Today", "all": "Everyone"} | REASONS
FORMERLY = {"drafts": "review"}
# Where a student is in the method: the stage that comes next with the people they share.
IN_METHOD = {
    name.value: str(name.label)
    for name in (StageName.FIND, StageName.ASK, StageName.PREPARE, StageName.THANK, StageName.STAY_IN_TOUCH)
}
IN_SEARCH = {stage.value: str(stage.label) for stage in Stage}
MOST_DIGITS = 9
MOST_LETTERS = 100


@dataclass(frozen=True)
class Wanted:
    """The view and the filters of one look at the caseload; what an address says wrong is left out."""

    view: str = "today"
    cohort: int | None = None
    program: str = ""
    stage: str = ""
    q: str = ""

    @classmethod
    def read(cls, said: Mapping[str, str]) -> Self:
        view, cohort, stage = said.get("view", ""), said.get("cohort", ""), said.get("stage", "")
        view = FORMERLY.get(view, view)
        is_number = cohort.isascii() and cohort.isdecimal() and len(cohort) <= MOST_DIGITS
        return cls(
            view=view if view in VIEWS else "today",
            cohort=int(cohort) if is_number else None,
            program=_plain(said.get("program", "")),
            stage=stage if stage in IN_METHOD or stage in IN_SEARCH else "",
            q=_plain(said.get("q", "")),
        )

    @property
    def words(self) -> list[str]:
        """The words of the name, as names are compared; what means something to LIKE is taken as it is."""
        text = folded(self.q).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return text.split()

    @property
    def is_narrowed(self) -> bool:
        return bool(self.cohort or self.program or self.stage or self.q)

    @property
    def query(self) -> str:
        """The same as the end of an address."""
        told = {"view": self.view, "cohort": self.cohort, "program": self.program, "stage": self.stage, "q": self.q}
        return urlencode({name: value for name, value in told.items() if value})

    def of(self, view: str) -> Self:
        """The same filters in another view."""
        return replace(self, view=view)


def _plain(text: str) -> str:
    return text.replace("\x00", "").strip()[:MOST_LETTERS]
