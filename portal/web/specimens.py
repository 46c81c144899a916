"""Before an action issues a certificate, whoever may do it sees how it will read: a specimen, drawn and forgotten."""

from starlette.responses import Response

from portal.actions import specimens
from portal.actions.perform import OpenCase, open_case
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import NotAllowed
from portal.domain.service import ActionRule
from portal.http.pages import Page
from portal.http.readers import Staff
from portal.http.threads import Later
from portal.web import casework, sensitive
from portal.web.routing import pages

router = pages("/{lang}/counter")


@router.get("/cases/{reference}/actions/{action}/specimen.pdf")
def show(page: Page, staff: Staff, reference: str, action: str) -> Response:
    """The certificate that an action would issue, for whoever may do it now. Drawn apart, when no transaction is open."""
    with page.reading() as work:
        opened = open_case(work, page.deps, casework.canonical(reference), staff.actor)
        rule = opened.rule_for(staff.actor, action)
        if not _reads(staff.actor, opened):
            raise NotAllowed()
        document = specimens.specimen(work, page.deps, opened, rule, staff.actor)
    name = f"specimen-{opened.dossier.case.reference}.pdf"

    def drawn() -> Response:
        return page.download(specimens.draw(page.deps, document), "application/pdf", name, inline=True)

    raise Later(drawn)


def _reads(actor: Actor, opened: OpenCase) -> bool:
    """Whether somebody may read what the certificate may quote: what a service calls sensitive not everybody may."""
    return policies.sees_sensitive(actor, opened.dossier.case) or not sensitive.holds_sensitive(opened.definition)


def url_of(actor: Actor, opened: OpenCase, rule: ActionRule, base: str) -> str:
    """Where the specimen of what an action issues is; nothing where it issues no certificate."""
    shown = specimens.certificate_of(opened.definition, rule) is not None and _reads(actor, opened)
    return f"{base}/actions/{rule.action}/specimen.pdf" if shown else ""
