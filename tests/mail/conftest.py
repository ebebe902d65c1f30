from tests.mail.provider import postmark  # noqa: F401
from tests.mail.smtp import smtp  # noqa: F401
