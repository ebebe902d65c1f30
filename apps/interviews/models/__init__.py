"""The models of each subject, where Django looks for them. Who needs one imports it from its own room."""

from apps.interviews.asking.models import CommentReply, Review, ReviewComment, ReviewedPart
from apps.interviews.debriefing.models import Debrief, ImpactNote, LiveNote, NamedPerson, PaperNote, PromisedStep
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent, ParticipantTime, TimeWindow
from apps.interviews.preparing.models import PlannedQuestion, Question, QuestionPlan, SavedQuestion
from apps.interviews.scheduling.models import BusyWeek, ChosenTimes
from apps.interviews.sharing.models import Away, SharedText
from apps.interviews.talking.models import LiveAct
from apps.interviews.thanking.models import ThankYou

__all__ = [
    "Away",
    "BusyWeek",
    "ChosenTimes",
    "CommentReply",
    "Debrief",
    "ImpactNote",
    "Interview",
    "InterviewRequest",
    "LifecycleEvent",
    "LiveAct",
    "LiveNote",
    "NamedPerson",
    "PaperNote",
    "ParticipantTime",
    "PlannedQuestion",
    "PromisedStep",
    "Question",
    "QuestionPlan",
    "Review",
    "ReviewComment",
    "ReviewedPart",
    "SavedQuestion",
    "SharedText",
    "ThankYou",
    "TimeWindow",
]
