"""Takes out of a typed text what its writer neither sees nor means: direction marks, control characters, odd spaces."""

import re
import unicodedata

# Direction marks come along with pasted text and would upset the page around it; PostgreSQL keeps no NUL, and nothing
# keeps half a surrogate pair.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff"
    "\ud800-\udfff]"
)
JOINERS = "\u200c\u200d"
# A joiner that has no letter on one of its sides joins nothing, and would make an empty answer look given. A run is
# looked at from its first joiner only, and never twice: thousands of them must not keep a process busy.
IDLE_JOINERS = re.compile(f"(?<!\\S)[{JOINERS}]++|(?<![{JOINERS}])[{JOINERS}]++(?!\\S)")
NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
TATWEEL = "\u0640"
WESTERN = {
    **{ord(digit): str(value) for value, digit in enumerate("٠١٢٣٤٥٦٧٨٩")},
    **{ord(digit): str(value) for value, digit in enumerate("۰۱۲۳۴۵۶۷۸۹")},
    **dict.fromkeys(map(ord, JOINERS + TATWEEL)),
}
# The acute accent is typed for an apostrophe, and the compatibility form would make it a space and a loose accent.
APOSTROPHES = {ord(mark): "'" for mark in "’‘ʼ`´ʹ′"}
HYPHENS_AND_APOSTROPHES = {ord(mark): "-" for mark in "‐‑‒–—−"} | APOSTROPHES


def paragraphs(typed: str) -> str:
    """A text of several lines, ended by ``\\n`` only, with nothing invisible in it."""
    lines = [one.rstrip() for one in _visible(NEWLINE.sub("\n", typed)).replace("\t", " ").split("\n")]
    return "\n".join(lines).strip()


def line(typed: str) -> str:
    """A text of one line, with single spaces."""
    return " ".join(_visible(NEWLINE.sub(" ", typed)).split())


def code(typed: str) -> str:
    """A number, an address or another code: western digits, plain letters, no tatweel, single spaces."""
    if typed.isascii() and typed.isprintable():
        return " ".join(typed.split())
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", NEWLINE.sub(" ", typed)))
    # Once a joiner is gone, a letter and its accent may have met: they are composed again.
    return " ".join(unicodedata.normalize("NFKC", plain.translate(WESTERN)).split())


def name(typed: str) -> str:
    """A person's name: as a code, with one kind of apostrophe and of hyphen."""
    return code(typed.translate(APOSTROPHES)).translate(HYPHENS_AND_APOSTROPHES)


def _visible(typed: str) -> str:
    seen = INVISIBLE.sub("", typed)
    if any(joiner in seen for joiner in JOINERS):
        seen = IDLE_JOINERS.sub("", seen)
    return unicodedata.normalize("NFC", seen)
