"""The pages, by audience."""

from fastapi import FastAPI

from portal.web import apply, citizen, counter, filing, public, sign_in


def install(app: FastAPI) -> None:
    """Adds every page."""
    for part in (public, sign_in, apply, citizen, counter, filing):
        app.include_router(part.router)
