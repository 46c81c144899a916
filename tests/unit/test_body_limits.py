"""How large a body may be depends on the whole address: a word in the middle of it widens nothing."""

import pytest
from fastapi import FastAPI

from portal import web
from portal.app import FILE_ROUTES, limit_for
from portal.http.edge import FORM_LIMIT, UPLOAD_LIMIT, VERIFY_LIMIT
from portal.http.routes import PageRoute

TRIAL = "/fr/studio/try/0123456789abcdef0123456789abcdef/at"


@pytest.mark.parametrize(
    "path",
    [
        "/fr/drafts/7/documents",
        "/fr/drafts/7/home/files",
        "/fr/cases/BRK-26-AAAA-BBBB-C/complete",
        "/fr/cases/BRK-26-AAAA-BBBB-C/actions/answer",
        "/fr/counter/cases/BRK-26-AAAA-BBBB-C/complete",
        "/fr/counter/cases/BRK-26-AAAA-BBBB-C/actions/approve",
        "/fr/counter/cases/BRK-26-AAAA-BBBB-C/obtained",
        "/fr/studio/upload",
        f"{TRIAL}/drafts/7/documents",
        f"{TRIAL}/drafts/7/home/files",
        f"{TRIAL}/counter/cases/BRK-26-AAAA-BBBB-C/actions/approve",
    ],
)
def test_where_files_are_sent_a_large_body_is_taken(path: str) -> None:
    assert limit_for({"path": path}) == UPLOAD_LIMIT


@pytest.mark.parametrize("path", ["/ar/verify", "/api/v1/verify"])
def test_where_a_document_is_checked_one_file_is_taken(path: str) -> None:
    assert limit_for({"path": path}) == VERIFY_LIMIT


@pytest.mark.parametrize(
    "path",
    [
        "/fr/track",
        "/fr/drafts/7/home",
        "/fr/drafts/7/documents/more",
        "/fr/drafts/documents",
        "/fr/verify/again",
        "/fr/verify-something",
        "/verify",
        "/oauth/token/verify",
        "/api/v1/verify/again",
        "/api/v1/cases/BRK-26-AAAA-BBBB-C/complete",
        "/api/v1/callbacks/files",
        "/fr/counter/cases/BRK-26-AAAA-BBBB-C/actions/approve/more",
        "/fr/studio/uploads",
        "/fr/studio/upload/x",
        f"/fr/studio/versions/{'a' * 64}/documents",
        f"{TRIAL}/drafts/7/home",
        f"{TRIAL}/verify",
        f"{TRIAL}",
    ],
)
def test_anywhere_else_only_a_form_is_taken_whatever_words_the_address_holds(path: str) -> None:
    assert limit_for({"path": path}) == FORM_LIMIT


def test_every_address_of_files_is_a_route_that_takes_forms() -> None:
    app = FastAPI()
    web.install(app)
    pages = [route for route in app.router.routes if isinstance(route, PageRoute)]
    assert set(FILE_ROUTES) <= {route.path for route in pages if "POST" in (route.methods or ())}
