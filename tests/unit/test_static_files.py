"""Static files: one sheet out of five, compressed ahead of time, under addresses that change with their content."""

import gzip
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import brotli
import pytest
import tinycss2
from starlette.testclient import TestClient

from portal.http import stylesheet
from portal.http.encoding import chosen
from portal.http.static import ROOT, StaticFiles

CODINGS = ("br", "gzip")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("css", "img", "js"):
        (tmp_path / name).mkdir()
    for name in stylesheet.ORDER:
        (tmp_path / "css" / f"{name}.css").write_text(f"/* {name} */\n@layer {name} {{\n  a {{ color: red; }}\n}}\n")
    (tmp_path / "css" / "base.css").write_text("b { background: url(../img/a.svg) }\n")
    (tmp_path / "img" / "a.svg").write_text("<svg>" + "<path/>" * 90 + "</svg>")
    (tmp_path / "img" / "tiny.svg").write_text("<svg/>")
    (tmp_path / "js" / "a.js").write_text("let a = 1;\n" * 90)
    (tmp_path / "README.md").write_text("for people")
    return tmp_path


def ask(files: StaticFiles, url: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Any:
    return TestClient(files, headers={"accept-encoding": "identity"}).request(method, url, headers=headers)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, gzip;q=0", ""),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=0, *;q=0.5", "gzip"),
        ("GZIP", "gzip"),
        ("gzip ; q=0.5", "gzip"),
        ("identity, br;q=0.5", ""),
        ("identity;q=0.1, gzip;q=0.5", "gzip"),
        ("gzip;q=high", ""),
        ("gzip;q=7", "gzip"),
        ("notgzip, brotli", ""),
        (",;,q=1,", ""),
        ("gzip, " * 10_000, "gzip"),
    ],
)
def test_what_a_browser_accepts_is_weighed_as_it_says(accepted: str, coding: str) -> None:
    assert chosen(accepted, CODINGS) == coding


def test_a_file_keeps_for_a_year_under_an_address_that_changes_with_its_content(folder: Path) -> None:
    files = StaticFiles(folder)
    url = files.url("js/a.js")
    assert re.fullmatch(r"/static/js/a\.[0-9a-f]{10}\.js", url)
    answer = ask(files, url)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    (folder / "js" / "a.js").write_text("let a = 2;\n" * 90)
    changed = StaticFiles(folder)
    assert changed.url("js/a.js") != url
    assert ask(changed, url).status_code == 404


def test_a_file_comes_as_the_browser_likes_it_best_and_is_the_same_file(folder: Path) -> None:
    files = StaticFiles(folder)
    content = (folder / "js" / "a.js").read_bytes()
    unpacked = {"": bytes, "br": brotli.decompress, "gzip": gzip.decompress}
    sent: dict[str, Any] = {}
    for accepted in ("identity", "br, gzip", "gzip"):
        with TestClient(files).stream("GET", files.url("js/a.js"), headers={"accept-encoding": accepted}) as answer:
            coding = answer.headers.get("content-encoding", "")
            raw = b"".join(answer.iter_raw())
        assert unpacked[coding](raw) == content
        assert len(raw) == int(answer.headers["content-length"])
        assert answer.headers["vary"] == "accept-encoding"
        sent[coding] = answer.headers["etag"]
    assert set(sent) == {"", "br", "gzip"}
    assert len(set(sent.values())) == 3


def test_what_does_not_get_smaller_is_left_alone(folder: Path) -> None:
    files = StaticFiles(folder)
    answer = ask(files, files.url("img/tiny.svg"), headers={"accept-encoding": "br, gzip"})
    assert "content-encoding" not in answer.headers


def test_a_head_request_gets_the_same_headers_and_no_body(folder: Path) -> None:
    files = StaticFiles(folder)
    headers = {"accept-encoding": "br"}
    whole, head = (ask(files, files.url("js/a.js"), method, headers) for method in ("GET", "HEAD"))
    assert head.content == b""
    assert head.headers == whole.headers


def test_a_browser_that_has_the_file_is_told_so_briefly(folder: Path) -> None:
    files = StaticFiles(folder)
    url = files.url("js/a.js")
    mark = ask(files, url).headers["etag"]
    again = ask(files, url, headers={"if-none-match": f'"other", {mark}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    assert again.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert ask(files, url, headers={"if-none-match": mark, "accept-encoding": "br"}).status_code == 200


def test_nothing_else_is_served(folder: Path) -> None:
    files = StaticFiles(folder)
    for name in ("README.md", "css/base.css", "js/a.js", "../pyproject.toml", ""):
        assert ask(files, f"/static/{name}").status_code == 404
    refused = ask(files, files.url("js/a.js"), "POST")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


def test_the_sheet_is_its_five_files_in_order_with_addresses_that_hold(folder: Path) -> None:
    files = StaticFiles(folder)
    css = ask(files, files.url("css/portal.css")).text
    assert css == (
        f"@layer tokens{{a{{color:red}}}}b{{background:url({files.url('img/a.svg')})}}@layer layout{{a{{color:red}}}}"
        "@layer components{a{color:red}}@media print{@layer print{a{color:red}}}"
    )


def test_a_sheet_that_names_a_missing_file_stops_the_start(folder: Path) -> None:
    (folder / "img" / "a.svg").unlink()
    with pytest.raises(ValueError, match="names a file that is not there"):
        StaticFiles(folder)


@pytest.mark.parametrize(
    ("css", "small"),
    [
        ('a::before { content: "a  /* b */ ; }" }', 'a::before{content:"a  /* b */ ; }"}'),
        ("a { content: 'it''s  \\'  so' ; }", "a{content:'it''s  \\'  so'}"),
        ("/* don't */ a { b: url( x  y.svg ) }", "a{b:url( x  y.svg )}"),
        ("a :hover > b , c { d: calc(1px + 2px) }", "a :hover > b,c{d:calc(1px + 2px)}"),
        ("@media (width > 3rem) and (hover) { a { b: c !important; } }", "@media (width > 3rem) and (hover){a{b:c !important}}"),
        ("a{--x: 1px;margin:0 -1px}", "a{--x:1px;margin:0 -1px}"),
        ("a/**/b{c:d}", "a b{c:d}"),
    ],
)  # fmt: skip
def test_only_what_says_nothing_is_left_out(css: str, small: str) -> None:
    assert stylesheet.small(css) == small


def pieces(nodes: list[Any]) -> list[str]:
    """The pieces of a sheet as a parser sees them; of spaces only those that may part two words."""
    found: list[str] = []
    for node in nodes:
        if node.type == "{} block":
            found += ["{", *pieces(node.content), "}"]
        elif node.type == "whitespace":
            found.append(" ")
        elif node.type != "comment":
            found.append(re.sub(r"\s+", " ", re.sub(r"\s*(,)\s*|(:)\s+", r"\1\2", node.serialize())))
    kept: list[str] = []
    for piece in found:
        if piece in "{};," and kept[-1:] == [" "]:
            kept.pop()
        if piece == "}" and kept[-1:] == [";"]:
            kept.pop()
        if piece != " " or (kept and kept[-1] not in (*"{};,:", " ")):
            kept.append(piece)
    return kept


def test_the_portals_own_sheet_says_what_its_files_say() -> None:
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in (ROOT / "css").iterdir()}
    parts = {name: files[f"css/{name}.css"].decode() for name in stylesheet.ORDER}
    parts["print"] = f"@media print{{{parts['print']}}}"
    written, sent = "\n".join(parts.values()).strip(), stylesheet.joined(files).decode()
    assert len(sent) < len(written)
    assert pieces(tinycss2.parse_component_value_list(sent)) == pieces(tinycss2.parse_component_value_list(written))


def test_reading_and_compressing_everything_costs_little_at_the_start() -> None:
    before = time.process_time()
    StaticFiles()
    assert time.process_time() - before < 1.0
