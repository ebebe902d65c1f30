# One image for web, worker and beat. Built from uv.lock; static files are collected in it; nothing runs as root.

FROM python:3.13.14-slim-trixie@sha256:9662417aace5ae7b8e2609cce472b72a8958e134ba372808abe9cc1a0c0125e6 AS python

FROM python AS build
COPY --from=ghcr.io/astral-sh/uv:0.9.26@sha256:9a23023be68b2ed09750ae636228e903a54a05ea56ed03a934d00fe9fbeded4b /uv /bin/
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/venv UV_PYTHON_DOWNLOADS=never
WORKDIR /rapport
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev
COPY manage.py ./
COPY config config
COPY apps apps
COPY templates templates
COPY static static
# Made up: collecting files asks for settings, and none of these stays in the image.
RUN SECRET_KEY=only-to-collect ALLOWED_HOSTS=localhost MAIL_FROM=nobody@localhost \
    /venv/bin/python manage.py collectstatic --noinput && rm -rf apps/local

FROM python
RUN useradd --system --uid 10001 --no-create-home rapport
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /rapport
COPY --from=build /venv /venv
COPY --from=build /rapport /rapport
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}))"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
