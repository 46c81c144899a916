"""A provider that lies, or answers badly, signs nobody in."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from portal.adapters.identity.oidc import OpenIdProvider
from portal.ports import Claims, Rejected, Unreachable

CALLBACK = "http://127.0.0.1:8000/sign-in/callback"
SECRET = "a secret of thirty-two characters"


class Liar(ThreadingHTTPServer):
    """A provider that answers whatever a test wants."""

    daemon_threads = True

    def __init__(self, key: Key) -> None:
        super().__init__(("127.0.0.1", 0), LiarHandler)
        self.key = key
        self.answers: dict[str, tuple[int, bytes, str]] = {}
        self.tell("/.well-known/openid-configuration", self.metadata())
        self.publish(self.key)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def metadata(self, **changes: object) -> dict[str, object]:
        endpoints = {"authorization_endpoint": "a", "token_endpoint": "t", "userinfo_endpoint": "u", "jwks_uri": "k"}
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in endpoints.items()}, **changes}

    def tell(self, path: str, answer: object, status: int = 200, kind: str = "application/json") -> None:
        content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.answers[path] = (status, content, kind)

    def publish(self, *keys: Key) -> None:
        self.tell("/k", {"keys": [key.as_dict(private=False) for key in keys]})

    def provider(self) -> OpenIdProvider:
        claims = {"name_fr": "name", "email": "email"}
        return OpenIdProvider(self.issuer, "client", SECRET, claims=claims, timeout=2)

    def finish(
        self, claims: Mapping[str, object], alg: str = "RS256", key: Key | None = None, **user: object
    ) -> Claims:
        """Signs in with an ID token that says ``claims``, and with user information that says ``user``."""
        provider = self.provider()
        request = provider.begin(CALLBACK, "ar", "low")
        now = int(time.time())
        honest = {"iss": self.issuer, "sub": "p1", "aud": "client", "iat": now, "exp": now + 60, "nonce": request.nonce}
        told = {name: value for name, value in {**honest, **claims}.items() if value is not None}
        key = key or self.key
        token = jwt.encode({"alg": alg, "kid": key.kid}, told, key, [alg])
        self.tell("/t", {"access_token": "at", "token_type": "Bearer", "expires_in": 30, "id_token": token})
        if user:
            self.tell("/u", {"sub": "p1", **user})
        return provider.finish(request, CALLBACK, f"{CALLBACK}?code=c&state={request.state}")


class LiarHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Liar)
        self.rfile.read(int(self.headers.get("content-length", 0)))
        status, content, kind = self.server.answers.get(self.path, (404, b"", "text/plain"))
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the library looks for this name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the library
        return


@pytest.fixture(scope="module")
def key() -> Key:
    return RSAKey.generate_key(2048, auto_kid=True)


@pytest.fixture
def liar(key: Key) -> Iterator[Liar]:
    server = Liar(key)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_user_information_completes_the_token_and_does_not_overrule_it(liar: Liar) -> None:
    claims = liar.finish({"name": "Salma"}, name="Another", email="salma@example.org")

    assert (claims.name_fr, claims.email) == ("Salma", "salma@example.org")


def test_an_address_the_provider_has_not_verified_is_not_taken(liar: Liar) -> None:
    assert liar.finish({}, name="Salma", email="salma@example.org", email_verified=False).email == ""


@pytest.mark.parametrize(
    ("alg", "make"),
    [
        ("ES256", lambda: ECKey.generate_key("P-256", auto_kid=True)),
        ("Ed25519", lambda: OKPKey.generate_key("Ed25519", auto_kid=True)),
        pytest.param(
            "EdDSA",
            lambda: OKPKey.generate_key("Ed25519", auto_kid=True),
            marks=pytest.mark.filterwarnings("ignore:EdDSA is deprecated"),
        ),
    ],
)
def test_tokens_signed_with_elliptic_curves_are_accepted(liar: Liar, alg: str, make: Callable[[], Key]) -> None:
    key = make()
    liar.publish(liar.key, key)

    assert liar.finish({"name": "Salma"}, alg, key, email="a@b.example").name_fr == "Salma"


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://other.example"},
        {"aud": "somebody else"},
        {"aud": ["client", "other"]},
        {"aud": ["client", "other"], "azp": "other"},
        {"azp": "other"},
        {"exp": 1},
        {"exp": None},
        {"iat": 32503680000},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"nonce": None},
        {"nonce": "another"},
        {"at_hash": "AAAA"},
    ],
    ids=str,
)
def test_a_token_that_lies_is_rejected(liar: Liar, lie: dict[str, object]) -> None:
    with pytest.raises(Rejected):
        liar.finish({"name": "Salma", **lie}, email="a@b.example")


def test_a_token_signed_with_the_client_secret_is_rejected(liar: Liar) -> None:
    secret = OctKey.import_key(SECRET, {"kid": "s"})
    liar.tell("/k", {"keys": [liar.key.as_dict(private=False), secret.as_dict()]})

    with pytest.raises(Rejected):
        liar.finish({}, "HS256", secret)


def test_a_token_signed_with_an_unpublished_key_is_rejected(liar: Liar) -> None:
    with pytest.raises(Rejected):
        liar.finish({}, key=RSAKey.generate_key(2048, auto_kid=True))


def test_user_information_about_somebody_else_is_rejected(liar: Liar) -> None:
    with pytest.raises(Rejected, match="somebody else"):
        liar.finish({}, sub="p2", name="Another")


@pytest.mark.parametrize(
    ("path", "answer", "status", "error"),
    [
        ("/t", {"error": "invalid_grant"}, 400, Rejected),
        ("/t", {"error": "temporarily_unavailable"}, 400, Unreachable),
        ("/t", {"access_token": "at", "token_type": "Bearer"}, 200, Rejected),
        ("/t", {"access_token": "at", "token_type": "Bearer", "id_token": "a.b.c"}, 200, Rejected),
        ("/t", "<html>", 200, Unreachable),
        ("/t", "<html>", 403, Rejected),
        ("/t", "<html>", 502, Unreachable),
        ("/k", {}, 503, Unreachable),
        ("/k", {"keys": []}, 200, Unreachable),
        ("/.well-known/openid-configuration", {"issuer": "https://other.example"}, 200, Unreachable),
        ("/.well-known/openid-configuration", "<html>", 200, Unreachable),
    ],
)
def test_a_provider_that_answers_badly_is_told_from_one_that_refuses(
    liar: Liar, path: str, answer: object, status: int, error: type[Exception]
) -> None:
    token = {"access_token": "at", "token_type": "Bearer", "id_token": jwt.encode({"alg": "RS256"}, {}, liar.key)}
    liar.tell("/t", token)
    liar.tell(path, answer, status)
    provider = liar.provider()

    with pytest.raises(error):
        finished(provider)


def finished(provider: OpenIdProvider) -> Claims:
    request = provider.begin(CALLBACK, "ar", "low")
    return provider.finish(request, CALLBACK, f"{CALLBACK}?code=c&state={request.state}")


def test_a_provider_without_a_usable_address_to_send_people_to_is_unreachable(liar: Liar) -> None:
    liar.tell("/.well-known/openid-configuration", liar.metadata(authorization_endpoint="ftp://x"))

    with pytest.raises(Unreachable, match="authorization_endpoint"):
        liar.provider().begin(CALLBACK, "ar", "low")
