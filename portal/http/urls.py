"""Where things are."""

from urllib.parse import quote


def home(language: str) -> str:
    return f"/{language}/"


def services(language: str) -> str:
    return f"/{language}/services"


def service(language: str, slug: str) -> str:
    return f"/{language}/services/{slug}"


def apply(language: str, slug: str) -> str:
    return f"/{language}/services/{slug}/apply"


def eligibility(language: str, slug: str) -> str:
    return f"/{language}/services/{slug}/eligibility"


def draft(language: str, draft_id: str) -> str:
    return f"/{language}/drafts/{draft_id}"


def step(language: str, draft_id: str, step_id: str) -> str:
    return f"/{language}/drafts/{draft_id}/{step_id}"


def draft_file(language: str, draft_id: str, file_id: str) -> str:
    return f"/{language}/drafts/{draft_id}/files/{file_id}"


def case(language: str, reference: str) -> str:
    return f"/{language}/cases/{reference}"


def case_document(language: str, reference: str, number: str) -> str:
    return f"/{language}/cases/{reference}/documents/{number}.pdf"


def submitted(language: str, reference: str) -> str:
    return f"/{language}/cases/{reference}/submitted"


def counter_case(language: str, reference: str) -> str:
    return f"/{language}/counter/cases/{reference}"


def counter_document(language: str, reference: str, number: str) -> str:
    return f"/{language}/counter/cases/{reference}/documents/{number}.pdf"


def revoke_document(language: str, reference: str, number: str) -> str:
    return f"/{language}/counter/cases/{reference}/documents/{number}/revoke"


def opinion(language: str, reference: str, opinion_id: str) -> str:
    return f"/{language}/counter/opinions/{reference}/{opinion_id}"


def sign_in(language: str, target: str) -> str:
    return f"/{language}/sign-in?next={quote(target, safe='/')}"


def counter_sign_in(language: str, target: str) -> str:
    return f"/{language}/counter/sign-in?next={quote(target, safe='/')}"


def local_target(target: str, fallback: str) -> str:
    """A place on this site to go on to: anything else is replaced, so that no link of ours leads elsewhere."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return fallback
    if any(ord(character) < 0x21 or ord(character) == 0x7F for character in target) or len(target) > 500:
        return fallback
    return target
