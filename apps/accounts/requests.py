"""The request that a view behind a door gets: of a signed-in person, through htmx's middleware."""

from apps.accounts.models import User
from apps.web.answers import HtmxRequest


class Request(HtmxRequest):
    """What a view behind `@allow` or `@signed_in` gets; one behind `@public` or `@by_link` gets an HtmxRequest."""

    user: User


class Visit(HtmxRequest):
    """A request before the door: whether a second step comes first, for the page where one is set up."""

    lacks_second_step: bool
