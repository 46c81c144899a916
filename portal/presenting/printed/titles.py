"""What the documents that we issue are called."""

from portal.domain.issued import COMPLETION, RECEIPT, REQUEST, SLIP
from portal.domain.service import ServiceDefinition, Text, text

RECEIPT_TITLE = text("وصل الإيداع", "Récépissé de dépôt")
APPEAL_TITLE = text("وصل إيداع طعن إداري", "Récépissé de recours administratif")
FOLLOWING_TITLE = text("وصل إيداع طلب تابع لملف سابق", "Récépissé de demande faisant suite à un dossier")
COMPLETION_TITLE = text("وصل اكتمال الملف", "Récépissé de dossier complet")
REQUEST_TITLE = text("طلب وثائق أو معلومات", "Demande de pièces ou d’informations")
SLIP_TITLE = text("ورقة تتبع الملف", "Fiche de suivi du dossier")

_STANDARD = {COMPLETION: COMPLETION_TITLE, REQUEST: REQUEST_TITLE, SLIP: SLIP_TITLE}

APPEALS = frozenset({"55-19-appeal", "55-19-governor"})
"""The laws under which what follows a case is an appeal against it (law 55-19, art. 21)."""


def document_title(definition: ServiceDefinition, document_id: str) -> Text:
    """What a document is called."""
    if not definition.is_standard(document_id):
        return definition.outputs[document_id].title
    return _title_of_receipt(definition) if document_id == RECEIPT else _STANDARD[document_id]


def _title_of_receipt(definition: ServiceDefinition) -> Text:
    if definition.follows is None:
        return RECEIPT_TITLE
    return APPEAL_TITLE if is_appeal(definition) else FOLLOWING_TITLE


def is_appeal(definition: ServiceDefinition) -> bool:
    """Whether what is handed in turns against what was decided, or not decided, before."""
    return definition.follows is not None and definition.deadline.law in APPEALS
