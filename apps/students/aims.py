"""What a student is after and how far they are with it: what that changes in wording and suggestions (R3, R12).

Whoever is applying already still asks for information and advice, and never for a job.
"""

from dataclasses import dataclass, replace

from apps.students.models import GoalKind, Stage, StudentProfile


@dataclass(frozen=True)
class Aim:
    """The sentences and the order that follow from stage and goal, each said on the page that its name begins with."""

    today_calm: str  # when nothing is left to do
    today_find: str  # below “Find someone worth talking to”
    today_act: tuple[str, str]  # for 15 minutes: what to do, and how
    request_why: str  # beside the part of a request that says why them
    request_goals: str  # an example of what one wants to learn
    themes: tuple[str, ...] = ()  # of the question bank, the most useful first; without any, in the order of the bank


BY_STAGE = {
    Stage.UNDECIDED: Aim(
        "You’re all caught up. It’s a good day to ask someone whose work you know nothing about.",
        "You don’t need to know what you want yet. Ask someone what they do all day, and see what stays with you.",
        ("Find one kind of work you’d never thought of", "Read 2 or 3 profiles, and save the one that surprises you."),
        "You don’t need a plan to write. “I don’t know yet what I want, and your path made me curious” is enough.",
        "What a normal week looks like. What surprised them about the work.",
        ("day", "path", "fit", "field"),
    ),
    Stage.EXPLORING: Aim(
        "You’re all caught up. It’s a good day to ask someone new.",
        "20 minutes with someone who does the work tells you more than a week of reading about it.",
        ("Find one person you’d like to ask", "Read 2 or 3 profiles, and save one."),
        "Say which ideas you’re comparing, and what this person knows about one of them.",
        "How this work differs from the other thing I’m considering. Who tends to like it.",
    ),
    Stage.DECIDED: Aim(
        "You’re all caught up. It’s a good day to ask someone who does what you want to do.",
        "You know the field. Ask someone in it about the part that no one writes down.",
        ("Find one person who does what you want to do", "Read 2 or 3 profiles in your field, and save one."),
        "Say what you’ve done in the field so far, and the one thing you can’t find out by reading.",
        "What I should learn before I start. How people get better at this.",
        ("advice", "field", "organisation", "path"),
    ),
    Stage.SEARCHING: Aim(
        "You’re all caught up. Is there somewhere you’ve applied where you haven’t talked with anyone?",
        "Talk with someone who works where you’d like to work. You ask how it is there. You don’t ask for the job.",
        (
            "Find one person who works where you’ve applied",
            "Read 1 or 2 profiles, and save one.",
        ),
        "You may say that you’re applying. Then ask for information and advice, so this person is free to help or not.",
        "What a team there looks for in someone new. What I should ask before I say yes.",
        ("organisation", "advice", "fit", "field"),
    ),
}

# What one is after changes two sentences: what to ask about, and why one writes.
BY_KIND = {
    GoalKind.FIELD: (
        "What a student does there in the field. What a first season is like.",
        "a placement",
    ),
    GoalKind.VOLUNTEER: ("What volunteers really do there. How much time it takes in a week.", "volunteering"),
    GoalKind.ASSISTANT: (
        "What an assistant does in the group. What to read before I write to a professor.",
        "assistantships",
    ),
    GoalKind.INTERNSHIP: ("What interns do there, week by week. When people start to look.", "internships"),
    GoalKind.STUDY: ("What the program was like. What they’d do differently before applying.", "graduate school"),
    GoalKind.JOB: ("", ""),
    GoalKind.LEARN: ("", ""),
}


def aim_of(profile: StudentProfile) -> Aim:
    """Return what follows from a student's stage and the kind of their goal."""
    aim = BY_STAGE[Stage(profile.stage)]
    goals, about = BY_KIND.get(GoalKind(profile.goal_kind), ("", "")) if profile.goal_kind else ("", "")
    if not goals:
        return aim
    return replace(
        aim,
        request_goals=goals,
        request_why=f"{aim.request_why} If you mention {about}, ask how it works, not for a place.",
    )
