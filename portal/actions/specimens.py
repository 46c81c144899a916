"""A certificate as it would be issued, for whoever is about to decide: shown, and forgotten. Nothing of it is recorded."""

from dataclasses import replace

from portal.actions.deps import Deps
from portal.actions.issue import as_printed
from portal.actions.perform import OpenCase, judged
from portal.actions.previews import SPECIMEN_CODE, marked
from portal.domain.case import Actor
from portal.domain.errors import NotFound, Unavailable
from portal.domain.issued import DocumentKind
from portal.domain.service import ActionRule, ServiceDefinition, text
from portal.ports import Unreachable
from portal.ports_of_documents import PrintedDocument
from portal.store.documents import Issued
from portal.store.journal import Line
from portal.store.unit_of_work import Work

SHOWN = (DocumentKind.CERTIFICATE, DocumentKind.ATTESTATION)
"""What is handed to others as a proof: once it is out, a mistake in it is out too."""

NO_NUMBER = "—"
NOTHING = text(
    "نموذج: لم تصدر هذه الوثيقة، ولا رقم لها ولا ختم ولا توقيع",
    "SPÉCIMEN : ce document n’est pas délivré ; il n’a ni numéro, ni cachet, ni signature",
)


def certificate_of(definition: ServiceDefinition, rule: ActionRule) -> str | None:
    """The certificate or attestation that an action issues at once; None where it issues none."""
    return next((name for name, one in definition.outputs.items() if one.kind in SHOWN and rule.issues(name)), None)


def specimen(work: Work, deps: Deps, opened: OpenCase, rule: ActionRule, actor: Actor) -> PrintedDocument:
    """What the certificate would say if the action were done now, with nothing typed into its form.

    Raises NotFound where the action issues none, and whatever would keep the action from being done.
    """
    document = certificate_of(opened.definition, rule)
    if document is None:
        raise NotFound()
    outcome = judged(work, opened, rule.action, actor)
    foreseen = [Line(0, work.now, "", "", "", event) for event in outcome.events]
    issued = Issued(
        id="",
        number=NO_NUMBER,
        case_id=opened.dossier.case.id,
        document=document,
        effect_id="",
        code=SPECIMEN_CODE,
        sha256=None,
        status=None,
        issued_at=work.now,
        kind=opened.definition.outputs[document].kind,
        unit=opened.dossier.case.unit,
    )
    drawn = as_printed(work, deps, opened.dossier, issued, [*opened.lines, *foreseen])
    # Nothing that proves anything goes with it: not even the data that a machine would take for those of a document.
    return replace(
        drawn,
        title=marked(drawn.title),
        status=NOTHING,
        notice=NOTHING,
        signatory=None,
        stamp=None,
        data=b"",
        schema="",
        specimen=True,
    )


def draw(deps: Deps, document: PrintedDocument) -> bytes:
    """The specimen as a PDF, unsigned; not to be called inside a transaction. Raises Unavailable."""
    try:
        return (deps.apart or deps.renderer).render(document)
    except Unreachable as error:
        raise Unavailable() from error
