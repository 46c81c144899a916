"""The pages, by audience."""

from fastapi import FastAPI

from portal.web import apply, citizen, counter, filing, me, public, sign_in


def install(app: FastAPI) -> None:
    """Adds every page, those asked for most first: routes are tried in turn.

    They become the application's own, since an included router is matched twice per request.
    """
    for router in (
        apply.router,
        public.router,
        citizen.router,
        counter.router,
        filing.router,
        sign_in.router,
        me.router,
        public.short,
    ):
        app.router.routes.extend(router.routes)
