"""The small words for a person: she, her, her; from the pronouns they gave, else they, them, their."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pronouns:
    """How to speak of somebody. `is_one`: takes "has" and "is" (she), not "have" and "are" (they)."""

    subject: str
    object: str
    possessive: str
    is_one: bool

    @property
    def has(self) -> str:
        return f"{self.subject} has" if self.is_one else f"{self.subject} have"

    @property
    def be(self) -> str:
        return f"{self.subject} is" if self.is_one else f"{self.subject} are"

    @property
    def s(self) -> str:
        """The ending of their verbs: she press-es, they press."""
        return "s" if self.is_one else ""


SHE = Pronouns("she", "her", "her", True)
HE = Pronouns("he", "him", "his", True)
THEY = Pronouns("they", "them", "their", False)


def pronouns_of(pronouns: str) -> Pronouns:
    """Return the words for pronouns as people write them: “she/her”, “He, him”; anything else is they."""
    first = pronouns.strip().lower().replace(",", "/").split("/")[0].strip()
    return {"she": SHE, "her": SHE, "he": HE, "him": HE}.get(first, THEY)
