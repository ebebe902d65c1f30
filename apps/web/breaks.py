"""Where a line may end inside an email address, no `load` needed: {{ message.recipient|breakable }}.

A narrow column takes an address apart at its parts, "ana.holm / @college.example", never in the middle of a word;
only a part that fits no column is cut.
"""

import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

LONGEST = 24  # letters of one part that stay together
_PART = re.compile(rf"@?[^@.]{{1,{LONGEST}}}\.?|.", re.DOTALL)


@register.filter
def breakable(address: str) -> SafeString:
    """Return an address with the places at which a line may end, as they are read aloud: before the @, after a dot."""
    parts = [(part,) for part in _PART.findall(str(address))]
    return format_html_join(mark_safe("<wbr>"), "{}", parts)
