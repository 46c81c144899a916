"""CBOR in the one way that every value is written in (RFC 8949, section 4.2)."""

from typing import Any

import cbor2

from portal.ports_of_documents import NotASeal


def written(value: Any) -> bytes:
    """The value's only encoding: shortest heads, definite lengths, the keys of maps in order."""
    return cbor2.dumps(value, canonical=True)


def read(content: bytes) -> Any:
    """The value; raises NotASeal unless it is written as ``written`` would."""
    try:
        value = cbor2.loads(content)
        again = written(value)
    except Exception as error:
        # The library fails in many ways on what it was not made for: each means the same here.
        raise NotASeal("It holds no CBOR") from error
    if again != content:
        raise NotASeal("It is not written in the one way that it can be")
    return value
