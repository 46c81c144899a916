"""Routes are told apart by a word before their patterns are tried: the word stands in every address they answer to."""

import pytest

from portal.http.routes import sign_of


@pytest.mark.parametrize(
    ("path", "sign"),
    [
        ("/{lang}/drafts/{draft_id}/{step}", "/drafts/"),
        ("/{lang}/drafts/{draft_id}/tasks", "/tasks"),
        ("/{lang}/cases/{reference}/documents/{number}.pdf", ".pdf"),
        ("/{lang}/studio/try/{trial_id}/at/{rest:path}", "/at/"),
        ("/open/services.jsonld", "/open/services.jsonld"),
        ("/{lang}/", "/"),
    ],
)
def test_the_sign_of_a_route_is_the_last_fixed_part_of_its_path(path: str, sign: str) -> None:
    assert sign_of(path) == sign
    assert sign in path
