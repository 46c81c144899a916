"""A time-stamping authority in this very process: real tokens, made as the sandbox makes them."""

from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import tsp

from portal.adapters.signing.authority import make_authority
from portal.ports_of_documents import TimeStamps
from portal.sandbox.authority import Authority
from portal.sandbox.stamping import reply_to


class LocalStamps(TimeStamps):
    """Stamps by the clock of this machine; ``failing`` is raised instead while it is set."""

    def __init__(self, folder: Path) -> None:
        make_authority(folder, "Province de Berkane", datetime.now(UTC))
        self._authority = Authority(folder)
        self.failing: Exception | None = None

    def stamp(self, digest: bytes) -> bytes:
        if self.failing is not None:
            raise self.failing
        imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
        query = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True}).dump()
        reply = reply_to(query, self._authority.keys(), datetime.now(UTC))
        return bytes(tsp.TimeStampResp.load(reply)["time_stamp_token"].dump())
