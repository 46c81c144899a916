"""The rules of PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3) that a program can check, as far as our documents go.

There is no validator of both without a Java machine, so these are written from the standards, on pikepdf alone; the numbers
are those of their clauses.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Object, Pdf

PAINTING = frozenset(
    {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "Tj", "TJ", "'", '"', "EI", "INLINE IMAGE"}
)
CHILDREN = {
    "Table": {"TR", "THead", "TBody"},
    "TR": {"TH", "TD"},
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
}
HOLDERS = frozenset({"P", "H1", "H2", "TH", "TD", "LBody", "Span", "Link", "Figure"})
STANDARD = HOLDERS | set(CHILDREN) | {"Document", "Sect", "THead", "TBody", "Lbl"}
XMP = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "ext": "http://www.aiim.org/pdfa/ns/extension/",
    "schema": "http://www.aiim.org/pdfa/ns/schema#",
    "property": "http://www.aiim.org/pdfa/ns/property#",
    "dc": "http://purl.org/dc/elements/1.1/",
}


@dataclass
class Element:
    """One element of the structure tree; ``kids`` holds elements, and (page, mark) for what is drawn."""

    role: str
    language: str
    object: Any
    kids: list["Element | tuple[Any, int]"] = field(default_factory=list)

    def all(self) -> Iterator["Element"]:
        """Itself and everything below, in the order of reading."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.all()

    def marks(self) -> list[tuple[Any, int]]:
        """What is drawn of it and below it, in the order of reading."""
        found: list[tuple[Any, int]] = []
        for kid in self.kids:
            found += kid.marks() if isinstance(kid, Element) else [kid]
        return found


def tree_of(pdf: Pdf) -> Element:
    """The document's element, with the language that holds for each below."""
    root = pdf.Root.StructTreeRoot
    return _element(root.K[0] if isinstance(root.K, Array) else root.K, str(pdf.Root.Lang))


def _element(node: Any, language: str) -> Element:
    language = str(node.get("/Lang", language))
    found = Element(str(node.S)[1:], language, node)
    kids = node.get("/K", Array())
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, int):
            found.kids.append((node.Pg.objgen, kid))
        elif kid.get("/Type") == Name.MCR:
            found.kids.append((kid.Pg.objgen, int(kid.MCID)))
        elif kid.get("/Type") != Name.OBJR:
            found.kids.append(_element(kid, language))
    return found


def ua_faults(content: bytes) -> list[str]:
    """What keeps a document from being PDF/UA-1, as clause and fault; empty where nothing does."""
    with Pdf.open(io.BytesIO(content)) as pdf:
        tree = tree_of(pdf)
        of_tree = [*_tree_faults(tree), *_mark_faults(pdf, tree), *_link_faults(pdf, tree)]
        return [*_catalog_faults(pdf), *of_tree, *_font_faults(pdf)]


def _catalog_faults(pdf: Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked") or root.MarkInfo.get("/Suspects"):
        yield "6.2: not marked as tagged"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "7.1: the title is not to be displayed"
    if not str(root.get("/Lang", "")):
        yield "7.2: no language"
    if any(page.get("/Tabs") != Name.S for page in pdf.pages):
        yield "7.18.3: tabs do not follow the structure"
    if any("/StructParents" not in page for page in pdf.pages):
        yield "7.1: a page without its way back"
    if "/RoleMap" in root.StructTreeRoot or "/AcroForm" in root or "/OCProperties" in root:
        yield "7.1: a role map, form or layer that nobody made"


def _tree_faults(tree: Element) -> Iterator[str]:
    level = 0
    for element in tree.all():
        role = element.role
        kids = {kid.role for kid in element.kids if isinstance(kid, Element)}
        drawn = [kid for kid in element.kids if not isinstance(kid, Element)]
        if role not in STANDARD:
            yield f"7.1: {role} is no standard type"
        if not kids <= CHILDREN.get(role, kids) or (drawn and role not in HOLDERS):
            yield f"7.2: {role} holds {sorted(kids)} and {len(drawn)} drawn"
        if not element.marks():
            yield f"7.1: an empty {role}"
        if role.startswith("H") and role[1:].isdigit():
            if int(role[1:]) > level + 1:
                yield f"7.4.2: {role} after H{level}"
            level = int(role[1:])
        if role == "Figure" and not (str(element.object.get("/Alt", "")) and "/BBox" in element.object.get("/A", {})):
            yield "7.3: a figure without words or edges"
        if role == "TH" and element.object.A.get("/Scope") not in (Name.Row, Name.Column):
            yield "7.5: a heading of nothing"
        if any(isinstance(kid, Element) and kid.object.P.objgen != element.object.objgen for kid in element.kids):
            yield f"7.1: a child of {role} with other parents"


def _mark_faults(pdf: Pdf, tree: Element) -> Iterator[str]:
    owners = {mark: element for element in tree.all() for mark in element.kids if not isinstance(mark, Element)}
    ways_back = _nums(pdf.Root.StructTreeRoot.ParentTree)
    for page in pdf.pages:
        seen, faults = _marks_on(page)
        yield from faults
        if len(set(seen)) != len(seen):
            yield "7.1: a mark twice on a page"
        back = ways_back[int(page.StructParents)]
        for mark in seen:
            owner = owners.pop((page.obj.objgen, mark), None)
            if owner is None:
                yield f"7.1: mark {mark} is read nowhere"
            elif back[mark].objgen != owner.object.objgen:
                yield f"7.1: mark {mark} leads back to another element"
    if owners:
        yield f"7.1: {len(owners)} marks are in the tree and on no page"


def _marks_on(page: Any) -> tuple[list[int], list[str]]:
    """The numbers of the marks on a page, and what is wrong with how they are set."""
    seen: list[int] = []
    faults: list[str] = []
    depth = 0
    for operands, name in operations(page):
        if name in ("BMC", "BDC"):
            properties = operands[1] if len(operands) > 1 else Dictionary()
            if depth:
                faults.append("7.1: marked content inside marked content")
            if "/MCID" in properties:
                seen.append(int(properties.MCID))
            elif str(operands[0]) != "/Artifact":
                faults.append(f"7.1: {operands[0]} without a number")
            depth += 1
        elif name == "EMC":
            depth -= 1
        elif name in PAINTING and not depth:
            faults.append(f"7.1: {name} paints what is neither content nor artifact")
    return seen, faults


def operations(page: Any) -> Iterator[tuple[Any, str]]:
    """What a page's stream does, step by step: what each operator is given, and its name."""
    for step in pikepdf.parse_content_stream(page):
        yield step.operands, str(step.operator)


def _nums(tree: Object) -> dict[int, Any]:
    return {int(tree.Nums[place]): tree.Nums[place + 1] for place in range(0, len(tree.Nums), 2)}


def _link_faults(pdf: Pdf, tree: Element) -> Iterator[str]:
    ways_back = _nums(pdf.Root.StructTreeRoot.ParentTree)
    for page in pdf.pages:
        for annotation in page.get("/Annots", Array()):
            owner = ways_back[int(annotation.StructParent)]
            references = [
                kid.Obj.objgen for kid in owner.K if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR
            ]
            if annotation.Subtype != Name.Link or Name.Link != owner.S or annotation.objgen not in references:
                yield "7.18.5: a link outside a Link"
            if not str(annotation.get("/Contents", "")) or int(annotation.get("/F", 0)) != 4:
                yield "7.18.1: a link without words, or that is not printed"


def fonts_of(pdf: Pdf) -> dict[str, Any]:
    """The fonts of all pages, by their names in them."""
    found: dict[str, Any] = {}
    for page in pdf.pages:
        found.update(page.Resources.get("/Font", Dictionary()).items())
    return found


def _font_faults(pdf: Pdf) -> Iterator[str]:
    used = _codes_used(pdf)
    for name, font in fonts_of(pdf).items():
        held: Any = font.DescendantFonts[0]
        if font.Subtype != Name.Type0 or held.Subtype != Name.CIDFontType2 or held.get("/CIDToGIDMap") != Name.Identity:
            yield f"7.21: {name} is of another type"
            continue
        program = TTFont(io.BytesIO(held.FontDescriptor.FontFile2.read_bytes()))
        mapped, widths = _unicode_of(font), _widths_of(held)
        unit = program["head"].unitsPerEm
        for code in used.get(name, ()):
            if code == 0 or code >= program["maxp"].numGlyphs:
                yield f"7.21.8: {name} draws a letter that it lacks"
                continue
            if not mapped.get(code, "").strip("\0\ufeff\ufffe"):
                yield f"7.21.7: {name} draws {code:04x} that cannot be read back"
            width = program["hmtx"][program.getGlyphName(code)][0] * 1000 / unit
            if abs(width - widths.get(code, 1000)) > 1:
                yield f"7.21.5: {name} gives {code:04x} another width than the font"


def _codes_used(pdf: Pdf) -> dict[str, set[int]]:
    used: dict[str, set[int]] = {}
    for page in pdf.pages:
        font = ""
        for operands, name in operations(page):
            if name == "Tf":
                font = str(operands[0])
            elif name in ("Tj", "TJ"):
                used.setdefault(font, set()).update(_codes(operands[0]))
    return used


def _codes(shown: Any) -> list[int]:
    """The glyphs of a string, or of the strings among the moves of an array."""
    parts = [
        bytes(part) for part in (shown if isinstance(shown, Array) else [shown]) if isinstance(part, pikepdf.String)
    ]
    return [int.from_bytes(part[place : place + 2]) for part in parts for place in range(0, len(part), 2)]


def _unicode_of(font: Dictionary) -> dict[int, str]:
    found = {}
    for line in font.ToUnicode.read_bytes().decode("ascii").splitlines():
        parts = line.split()
        if len(parts) == 2 and all(part.startswith("<") for part in parts) and parts[1] != "<ffff>":
            found[int(parts[0][1:-1], 16)] = bytes.fromhex(parts[1][1:-1]).decode("utf-16-be")
    return found


def _widths_of(held: Dictionary) -> dict[int, float]:
    widths: dict[int, float] = {}
    parts = list(held.W)
    while parts:
        first, row = int(parts.pop(0)), parts.pop(0)
        if isinstance(row, Array):
            widths.update({first + place: float(width) for place, width in enumerate(row)})
        else:
            widths.update(dict.fromkeys(range(first, int(row) + 1), float(parts.pop(0))))
    return widths


def words_of(pdf: Pdf) -> dict[tuple[Any, int], str]:
    """What each mark draws, by its page and number."""
    letters = {name: _unicode_of(font) for name, font in fonts_of(pdf).items()}
    found: dict[tuple[Any, int], str] = {}
    for page in pdf.pages:
        mark, font = None, ""
        for operands, name in operations(page):
            if name == "BDC":
                mark = int(operands[1].MCID) if "/MCID" in operands[1] else None
            elif name == "EMC":
                mark = None
            elif name == "Tf":
                font = str(operands[0])
            elif name in ("Tj", "TJ") and mark is not None:
                key = (page.obj.objgen, mark)
                found[key] = found.get(key, "") + "".join(letters[font].get(code, "") for code in _codes(operands[0]))
    return found


def archive_faults(content: bytes) -> list[str]:
    """What keeps a document from being PDF/A-3a, as clause and fault; empty where nothing does."""
    with Pdf.open(io.BytesIO(content)) as pdf:
        return [*_file_faults(content, pdf), *_xmp_faults(pdf), *_object_faults(pdf), *_attachment_faults(pdf)]


def _file_faults(content: bytes, pdf: Pdf) -> Iterator[str]:
    if not content.startswith(b"%PDF-1.7\n%") or min(content[10:14]) < 128:
        yield "6.1.2: the header"
    if pdf.is_encrypted or "/ID" not in pdf.trailer:
        yield "6.1.3: encrypted, or without an identifier"
    intents = pdf.Root.get("/OutputIntents", Array())
    if (
        len(intents) != 1
        or intents[0].S != Name.GTS_PDFA1
        or intents[0].DestOutputProfile.read_bytes()[36:40] != b"acsp"
    ):
        yield "6.2.3: no colours are meant"
    for font in fonts_of(pdf).values():
        if "/FontFile2" not in font.DescendantFonts[0].FontDescriptor or "/ToUnicode" not in font:
            yield "6.2.11: a font that is not inside, or cannot be read back"


def xmp_of(pdf: Pdf) -> ElementTree.Element:
    """The description of a document, as it stands in the file."""
    return ElementTree.fromstring(pdf.Root.Metadata.read_bytes())  # noqa: S314  Our own renderer wrote it.


def _xmp_faults(pdf: Pdf) -> Iterator[str]:
    xmp = xmp_of(pdf)
    said = {name: xmp.findtext(f".//{name}", "", XMP) for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")}
    if list(said.values()) != ["3", "A", "1"]:
        yield f"6.6.4: {said}"
    described = {one.text for one in xmp.iterfind(".//schema:namespaceURI", XMP)}
    properties = [one.text for one in xmp.iterfind(".//property:name", XMP)]
    if XMP["pdfuaid"] not in described or properties != ["part"]:
        yield "6.6.2.3: pdfuaid is used and not described"
    title = xmp.find(".//dc:title/rdf:Alt/rdf:li", XMP)
    if title is None or title.text != str(pdf.trailer.Info.Title):
        yield "7.1 of PDF/UA: the title"


def _object_faults(pdf: Pdf) -> Iterator[str]:
    for found in pdf.objects:
        if not isinstance(found, Dictionary | pikepdf.Stream):
            continue
        for key in ("/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/XFA", "/TR", "/OPI", "/PS", "/Alternates"):
            if key in found:
                yield f"6.5: {key}"
        if bool(found.get("/Interpolate")):
            yield "6.2.8: a picture that is smoothed"
        if found.get("/S") in (Name.JavaScript, Name.Launch, Name.SubmitForm, Name.GoToR, Name.GoToE):
            yield f"6.5.1: an action {found.S}"
        if found.get("/Filter") in (Name.LZWDecode, Name.Crypt):
            yield "6.1.7: a filter"


def _attachment_faults(pdf: Pdf) -> Iterator[str]:
    attached = [str(one.objgen) for one in pdf.Root.get("/AF", Array())]
    names = pdf.Root.get("/Names", Dictionary()).get("/EmbeddedFiles", Dictionary()).get("/Names", Array())
    if sorted(attached) != sorted(str(names[place].objgen) for place in range(1, len(names), 2)):
        yield "6.8: files attached and associated differ"
    for one in pdf.Root.get("/AF", Array()):
        held = one.EF.F
        if "/UF" not in one or one.get("/AFRelationship") != Name.Data or not str(one.get("/Desc", "")):
            yield "6.8: an associated file without name, relation or description"
        if (
            "/Subtype" not in held
            or bytes(held.Params.CheckSum) != hashlib.md5(held.read_bytes(), usedforsecurity=False).digest()
        ):
            yield "6.8: an associated file without type, or with another sum"
