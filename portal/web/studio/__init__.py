"""The studio: where services are prepared, tried out, and published by two people."""

from portal.web.studio import catalogue, decisions, partner, replay, trial, upload, version

ROUTERS = (
    catalogue.router,
    upload.router,
    decisions.router,
    trial.router,
    partner.router,
    replay.router,
    version.router,
)
