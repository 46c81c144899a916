"""Codes that people type from a paper: written the same on the paper and on the pages."""


def in_groups(code: str, size: int) -> str:
    """A code cut into groups of ``size`` characters by dashes, as it is read aloud."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def secret_code(secret: str) -> str:
    """The secret code of a file."""
    return in_groups(secret, 5)


def verification_code(code: str) -> str:
    """The code under the QR of a document."""
    return in_groups(code, 4)
