# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS base
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

# What is installed is put together here, from ready-made wheels alone: nothing has to be compiled.
FROM base AS builder
RUN python -m venv /opt/venv
WORKDIR /srv/shubbak
COPY requirements.txt ./
RUN pip install --require-hashes --only-binary :all: -r requirements.txt
COPY . .
# The portal reads its templates, texts and services from beside its code, so it stays where it is.
RUN pip install --no-deps --no-build-isolation -e . \
    && python -m compileall -q portal \
    && pip uninstall --yes pip setuptools

FROM base AS runtime
# Libraries that lay documents out; the fonts are the portal's own.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent shubbak \
    && install -d -o shubbak -g shubbak -m 0700 /var/lib/shubbak
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /srv/shubbak /srv/shubbak
WORKDIR /srv/shubbak
# The caches of the libraries are the only files written outside the data directory.
ENV PORTAL_DATA_DIR=/var/lib/shubbak \
    XDG_CACHE_HOME=/tmp/cache
USER shubbak
VOLUME /var/lib/shubbak
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
CMD ["portal", "serve", "--host", "0.0.0.0", "--port", "8000"]
