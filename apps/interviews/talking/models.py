"""What was pressed in live mode: each act once, whichever device it comes from."""

from django.db import models

from apps.interviews.lifecycle.models import Interview
from apps.interviews.preparing.models import PlannedQuestion


class LiveAct(models.Model):
    """One act of live mode that was carried out, by the id its browser gave it: sent again, it is not done again."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="live_acts")
    client_id = models.UUIDField()
    name = models.CharField(max_length=10)
    question = models.ForeignKey(  # what "add" added, so that a note made offline finds its question
        PlannedQuestion, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    both = models.JSONField(default=list, blank=True)  # what it met that another device had written, until it was read

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "client_id"], name="live_act_once")]

    def __str__(self) -> str:
        return f"{self.name} in {self.interview}"
