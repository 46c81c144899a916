"""The pages, by audience."""

from fastapi import FastAPI

from portal.web import (
    apply,
    citizen,
    counter,
    design,
    display,
    filing,
    glossary,
    home,
    information,
    me,
    public,
    queue,
    services,
    session,
    sign_in,
)


def install(app: FastAPI) -> None:
    """Adds every page, those asked for most first: routes are tried in turn.

    They become the application's own, since an included router is matched twice per request.
    """
    for router in (
        apply.router,
        home.router,
        services.router,
        public.router,
        citizen.router,
        queue.router,
        counter.router,
        filing.router,
        sign_in.router,
        me.router,
        session.router,
        information.router,
        display.router,
        glossary.router,
        design.router,
        public.short,
    ):
        app.router.routes.extend(router.routes)
