# syntax=docker/dockerfile:1
# Three images from one file: app (pages, worker, beat), proxy and backup; docker-compose.yml picks them by target.

FROM python:3.11-slim-bookworm AS python
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# Everything of the lock, to build what browsers load. Nothing of this stage but the results goes on.
FROM python AS assets
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-deps --require-hashes -r requirements.lock
COPY . .
RUN /opt/venv/bin/python frontend/build.py \
    && /opt/venv/bin/python tools/messages.py compile \
    && ENVIRONMENT=local STATIC_ROOT=/src/var/static /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0

# Only what runs in production; compiled here, because the final image cannot be written to.
FROM python AS packages
WORKDIR /src
COPY requirements.lock pyproject.toml ./
COPY tools ./tools
RUN python -m tools.lock runtime > runtime.lock \
    && python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-deps --require-hashes -r runtime.lock \
    && /opt/venv/bin/python -m compileall -q /opt/venv/lib

FROM python AS app
RUN groupadd --system --gid 10001 crm \
    && useradd --system --uid 10001 --gid crm --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin crm \
    && mkdir -p /app/var/metrics /data/media \
    && chown -R crm:crm /app/var/metrics /data
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY crm ./crm
COPY accounts ./accounts
COPY dealers ./dealers
COPY sales ./sales
COPY tiering ./tiering
COPY visits ./visits
COPY promotions ./promotions
COPY alerts ./alerts
COPY templates ./templates
COPY deploy/probe.py ./deploy/probe.py
COPY --from=assets /src/locale ./locale
COPY --from=assets /src/static ./static
COPY --from=assets /src/var/static ./var/static
RUN python -m compileall -q crm accounts dealers sales tiering visits promotions alerts \
    && /opt/venv/bin/python -m visits.routing.warm
ENV PATH=/opt/venv/bin:$PATH ENVIRONMENT=production WEB_WORKERS=2 WEB_THREADS=8
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["python", "deploy/probe.py", "web"]
CMD ["sh", "-c", "exec granian --interface wsgi --host 0.0.0.0 --port 8000 --workers \"$WEB_WORKERS\" --blocking-threads \"$WEB_THREADS\" --respawn-failed-workers --workers-kill-timeout 30 --no-ws crm.wsgi:application"]

FROM caddy:2.10-alpine AS proxy
# The copy lacks the file capability that a container without any capability may not start. The ports are above 1024.
RUN cp /usr/bin/caddy /usr/local/bin/caddy-unprivileged && chown -R 10001:10001 /data /config
COPY deploy/Caddyfile /etc/caddy/Caddyfile
USER 10001:10001
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8081/"]
CMD ["caddy-unprivileged", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]

FROM postgres:18-bookworm AS backup
RUN mkdir /backups && chown postgres:postgres /backups && chmod 700 /backups
COPY deploy/backup.sh /usr/local/bin/dealer-crm-backup
USER postgres
HEALTHCHECK --interval=5m --timeout=10s --start-period=10m --retries=3 CMD ["sh", "/usr/local/bin/dealer-crm-backup", "check"]
ENTRYPOINT ["sh", "/usr/local/bin/dealer-crm-backup"]
CMD ["daily"]
