"""Lines of a log without the tokens of mailed links: whoever reads a log must not be able to answer for somebody."""

import logging
import re

TOKEN = re.compile(r"(?<![\w-])[\w-]{40,}(?![\w-])")  # 256 bits in base64 are 43 characters; no word of ours is as long


class QuietFormatter(logging.Formatter):
    """Writes a line, and the story of an error below it, with a dash in the place of every token."""

    def format(self, record: logging.LogRecord) -> str:
        return TOKEN.sub("-", super().format(record))
