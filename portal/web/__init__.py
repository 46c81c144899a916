"""The pages, by audience."""

from fastapi import FastAPI

from portal.web import (
    apply,
    calendar,
    calendar_files,
    citizen,
    citizen_actions,
    counter,
    counter_files,
    deadlines,
    deliberating,
    design,
    display,
    draft_documents,
    drafts,
    eligibility,
    escalated,
    filing,
    glossary,
    handing_in,
    home,
    indicators,
    information,
    me,
    obtaining,
    offline,
    open_data,
    opinions,
    public,
    questions,
    queue,
    remedies,
    revoking,
    seals,
    services,
    session,
    sign_in,
    specimens,
    studio,
    transparency,
    verifying,
)


def install(app: FastAPI) -> None:
    """Adds every page, those asked for most first: routes are tried in turn.

    They become the application's own, since an included router is matched twice per request.
    """
    for router in (
        # What has an address of its own among the steps of a draft comes before the pages of questions.
        drafts.router,
        draft_documents.router,
        handing_in.router,
        questions.router,
        apply.router,
        home.router,
        # Their addresses look like those of pages in a language called «open», «schemas» or «transparency».
        open_data.router,
        open_data.schemas,
        transparency.machine,
        services.router,
        eligibility.router,
        public.router,
        offline.router,
        verifying.router,
        # «calendar.ics» among somebody's cases is no reference.
        calendar_files.router,
        citizen.router,
        citizen_actions.router,
        remedies.router,
        queue.router,
        counter.router,
        counter_files.router,
        revoking.router,
        specimens.router,
        calendar.router,
        deadlines.router,
        escalated.router,
        opinions.router,
        deliberating.router,
        obtaining.router,
        filing.router,
        sign_in.router,
        me.router,
        session.router,
        information.router,
        indicators.router,
        display.router,
        glossary.router,
        transparency.router,
        design.router,
        *studio.ROUTERS,
        # «revocations.cose» is no code of a document.
        seals.router,
        verifying.short,
    ):
        app.router.routes.extend(router.routes)
