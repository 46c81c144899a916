"""A router whose routes are pages."""

from fastapi import APIRouter

from portal.http.routes import PageRoute


def pages(prefix: str = "/{lang}") -> APIRouter:
    """A router for pages below a language."""
    return APIRouter(prefix=prefix, route_class=PageRoute)
