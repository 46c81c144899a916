"""The pages, by audience."""

from fastapi import FastAPI

from portal.web import apply, citizen, counter, filing, me, public, sign_in


def install(app: FastAPI) -> None:
    """Adds every page."""
    for part in (public, sign_in, me, apply, citizen, counter, filing):
        app.include_router(part.router)
    app.include_router(public.short)
