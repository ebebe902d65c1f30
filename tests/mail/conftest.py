from tests.mail.smtp import smtp  # noqa: F401
