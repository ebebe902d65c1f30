"""What a student hopes to learn from one conversation, as it is written: a line for each (R46)."""

MOST_GOALS = 3


def goals_of(text: str) -> list[str]:
    """Return what the student hopes to learn, one a line, three at most."""
    return [line.strip(" -–•*") for line in text.splitlines() if line.strip(" -–•*")][:MOST_GOALS]
