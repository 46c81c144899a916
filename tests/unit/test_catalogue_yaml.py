"""The YAML of services is a smaller language than YAML: no surprises, no bombs, and every line known."""

import pytest

from portal.catalogue.faults import Unsound
from portal.catalogue.yaml_source import Entries, Scalar, parse


def values(text: str) -> dict[str, object]:
    node = parse("a.yaml", text)
    assert isinstance(node, Entries)
    return {key: item.value for key, item in node.items.items() if isinstance(item, Scalar)}


def test_words_stay_words() -> None:
    assert values("a: no\nb: 02.113.01.09\nc: 2026-03-02\nd: 0612\ne: '12'\nf: 1.2.3\ng: on") == {
        "a": "no",
        "b": "02.113.01.09",
        "c": "2026-03-02",
        "d": "0612",
        "e": "12",
        "f": "1.2.3",
        "g": "on",
    }


def test_numbers_truths_and_nothing_are_read() -> None:
    assert values("a: 12\nb: true\nc: null\nd:\ne: 0") == {"a": 12, "b": True, "c": None, "d": None, "e": 0}
    assert str(values("a: 12.50")["a"]) == "12.50"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3", 3, "the key 'a' is given twice (first at line 1)"),
        ("a: &x [1]\nb: 2", 1, "anchors (&) and aliases (*) are not allowed: write the value again"),
        ("a: 1\nb: !!python/object:os.system x", 2, "tags (!) are not allowed"),
        ("a: [1\nb: 2", 2, "this is not YAML"),
        ("a: 1\n? [x]\n: 2", 2, "a key must be a plain word"),
        ("a: 1\n---\nb: 2", 2, "a file holds one document: remove the '---'"),
        ("", 1, "the file is empty"),
        ("# only a remark\n", 1, "the file is empty"),
        ("a: 1\nb: \x01", 2, "the file holds a character that no text should"),
        ("[" * 30 + "]" * 30, 1, "more than 20 levels of nesting"),
        ("a: " + "x" * 300_000, 1, "the file is larger than 256 KB"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(Unsound) as raised:
        parse("a.yaml", text)
    (fault,) = raised.value.faults
    assert (fault.file, fault.line) == ("a.yaml", line)
    assert fault.message.startswith(message)


def test_a_bomb_of_aliases_does_not_go_off() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a]" for n in range(50))
    with pytest.raises(Unsound, match="anchors"):
        parse("a.yaml", bomb)
