"""What the documents of an office carry: the emblem is proved a plain drawing, the signatory and the stamp are said in full."""

from pathlib import Path

import pytest

from portal.catalogue.faults import Unsound
from portal.catalogue.letterheads import MAX_DEPTH, MAX_EMBLEM
from portal.catalogue.loader import read_territory, territory_files
from portal.catalogue.territory import load_territory
from portal.domain.territory import Territory

SERVICES = Path(__file__).parents[2] / "services"
FILES = territory_files(SERVICES)
EMBLEM = "emblems/berkane.svg"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n{}\n</svg>'


def with_emblem(inside: str) -> dict[str, str]:
    return dict(FILES) | {EMBLEM: SVG.format(inside)}


def faults_of(files: dict[str, str]) -> list[str]:
    try:
        load_territory(files)
    except Unsound as unsound:
        return [str(fault) for fault in unsound.faults]
    return []


@pytest.fixture(scope="module")
def territory() -> Territory:
    return read_territory(SERVICES)


def test_every_office_of_the_province_has_an_emblem_a_signatory_and_a_stamp(territory: Territory) -> None:
    for unit in territory.units:
        signatory, stamp = territory.signatory_of(unit), territory.stamp_of(unit)
        assert signatory is not None
        assert stamp is not None
        assert "{" not in signatory["ar"] + signatory["fr"] + stamp["ar"] + stamp["fr"]
    annexe = territory.unit("annexe-berkane-1")
    assert territory.emblem_of(annexe) == FILES[EMBLEM]
    assert territory.stamp_of(annexe)["fr"].endswith("Première annexe administrative de Berkane")  # type: ignore[index]


def test_what_the_province_says_for_its_offices_is_not_said_for_the_ombudsman(territory: Territory) -> None:
    alone = FILES["units.yaml"]
    for line in ("signatory: {ar: مندوب", "stamp: {ar: المملكة المغربية – مؤسسة"):
        start = alone.index(f"    {line}")
        alone = alone[:start] + alone[alone.index("\n", start) + 1 :]
    bare = load_territory(dict(FILES) | {"units.yaml": alone})
    ombudsman = bare.unit("mediateur-oriental")
    assert (bare.emblem_of(ombudsman), bare.signatory_of(ombudsman), bare.stamp_of(ombudsman)) == ("", None, None)
    assert bare.emblem_of(bare.unit("commune-berkane"))


def test_a_unit_has_an_emblem_of_its_own() -> None:
    own = SVG.format("<circle cx='4' cy='4' r='3'/>")
    units = FILES["units.yaml"].replace("code: AB1\n", "code: AB1\n    emblem: annexe.svg\n")
    found = load_territory(dict(FILES) | {"units.yaml": units, "emblems/annexe.svg": own})
    assert found.emblem_of(found.unit("annexe-berkane-1")) == own
    assert found.emblem_of(found.unit("annexe-berkane-2")) == FILES[EMBLEM]


@pytest.mark.parametrize(
    ("inside", "line", "fault"),
    [
        ("<script>alert(1)</script>", 2, "it has no <script>"),
        ("<g>\n<foreignObject/></g>", 3, "it has no <foreignObject>"),
        ("<image href='x.png'/>", 2, "it has no <image>"),
        ("<style>@import url(//evil.example/a.css);</style>", 2, "it has no <style>"),
        ("<use href='#a'/>", 2, "it has no <use>"),
        ("<animate attributeName='x'/>", 2, "it has no <animate>"),
        ("<x:path xmlns:x='http://evil.example'/>", 2, "it has no <path>"),
        ("<path onload='alert(1)'/>", 2, "'onload' is an event"),
        ("<path fill='url(https://evil.example/p)'/>", 2, "'fill' refers to something else"),
        ("<path style='fill:url(file:///etc/passwd)'/>", 2, "'style' refers to something else"),
        ("<path style='fill:u\\72l(//evil.example)'/>", 2, "'style' refers to something else"),
        (
            "<linearGradient xmlns:l='http://www.w3.org/1999/xlink' l:href='//evil.example#a'/>",
            2,
            "'href' refers to something else",
        ),
        ("<?xml-stylesheet href='//evil.example/a.css'?>", 2, "no processing instructions"),
        ("<path>", 3, "the emblem is not well-formed SVG"),
        ("<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH, 2, f"nested at most {MAX_DEPTH} deep"),
        (" " * MAX_EMBLEM, 1, "an emblem has at most 20 KB"),
    ],
)
def test_an_emblem_that_is_more_than_a_drawing_is_refused_by_file_and_line(inside: str, line: int, fault: str) -> None:
    found = faults_of(with_emblem(inside))
    assert any(one.startswith(f"{EMBLEM}:{line}: ") and fault in one for one in found), found


def test_an_emblem_that_swells_is_not_read_to_its_end() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + SVG.format("&b;")
    (fault,) = faults_of(dict(FILES) | {EMBLEM: bomb})
    assert fault == f"{EMBLEM}:1: an emblem declares no document type and no entities"


def test_what_is_no_svg_is_no_emblem() -> None:
    (fault,) = faults_of(dict(FILES) | {EMBLEM: "<html xmlns='http://www.w3.org/1999/xhtml'/>"})
    assert fault.startswith(f"{EMBLEM}:1: an emblem is an <svg> of the namespace")


def test_a_gradient_of_the_drawing_itself_is_fine() -> None:
    inside = "<linearGradient id='sky'><stop offset='1'/></linearGradient><path d='M0 0' fill='url(#sky)'/>"
    assert faults_of(with_emblem(inside)) == []


def test_an_emblem_that_is_not_there_is_named_with_its_line() -> None:
    units = FILES["units.yaml"].replace("emblem: berkane.svg", "emblem: berkan.svg")
    line = units[: units.index("emblem: berkan.svg")].count("\n") + 1
    (fault,) = faults_of(dict(FILES) | {"units.yaml": units})
    assert fault == f"units.yaml:{line}: there is no emblem 'berkan.svg' in emblems/, did you mean 'berkane.svg'?"


def test_only_what_is_said_for_all_offices_is_filled_in() -> None:
    own = FILES["units.yaml"].replace("fr: Le caïd de Madagh", 'fr: "Le caïd de {unit}"')
    (fault,) = faults_of(dict(FILES) | {"units.yaml": own})
    assert "nothing is filled in for '{unit}'" in fault
    other = FILES["units.yaml"].replace("Le responsable de l'unité : {unit}", "Le responsable : {name}")
    (fault,) = faults_of(dict(FILES) | {"units.yaml": other})
    assert "nothing is filled in for '{name}'" in fault
