"""Reads territory/: the communes (communes.csv), the units that serve them (units.yaml), and the map (map.yaml).

What the documents of a unit carry is read in ``letterheads``.
"""

import csv
import io
import re
from collections.abc import Collection, Container, Iterable, Mapping, Sequence

from portal.catalogue.faults import Sentence, Unsound
from portal.catalogue.letterheads import prove_emblems, read_letterhead
from portal.catalogue.province_map import FILE as MAP
from portal.catalogue.province_map import PAIR, points_of, read_map
from portal.catalogue.reading import Reading, Section, closest
from portal.catalogue.yaml_source import parse
from portal.domain.alarms import WARNINGS, Point, Warn
from portal.domain.service import Role, Text, UnitKind
from portal.domain.territory import Bounds, Commune, District, Territory, Unit

COMMUNES = "communes.csv"
UNITS = "units.yaml"
A_UNIT, A_DISTRICT, A_WARNING = Sentence("a unit"), Sentence("a district"), Sentence("a warning")
COLUMNS = ("hcp_code", "name_ar", "name_fr", "type", "population_2024")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PHONE = re.compile(r"\+212[5-8][0-9]{8}")
CODE = re.compile(r"[A-Z][A-Z0-9]{1,5}")


def load_territory(files: Mapping[str, str]) -> Territory:
    """The territory, each place of it covered once at most by each kind of unit; raises Unsound."""
    reading = Reading()
    for name in (COMMUNES, UNITS):
        if name not in files:
            reading.add(name, 1, Sentence("the territory needs %(file)s", file=name))
    reading.stop_if_any()
    communes = _read_communes(files[COMMUNES], reading)
    try:
        section = Section(UNITS, parse(UNITS, files[UNITS]), reading, UNITS)
    except Unsound as unsound:
        raise Unsound([*reading.faults, *unsound.faults]) from None
    codes = [commune.code for commune in communes]
    province = section.text("province")
    districts = _read_districts(section, codes)
    prove_emblems(files, reading)
    letterhead = read_letterhead(section, files, of_all=True)
    units = tuple(_read_unit(row, codes, districts, files) for row in section.sections("units", A_UNIT))
    warnings = _warnings(section) if section.has("warnings") else WARNINGS
    section.close()
    province_map = read_map(files[MAP], reading) if MAP in files else None
    if province_map:
        _check_seats(communes, province_map.bounds, reading)
    reading.stop_if_any()
    territory = Territory(province, communes, units, districts, province_map, warnings, letterhead)
    _prove(territory, reading)
    reading.stop_if_any()
    return territory


def uncovered(territory: Territory, kinds: Iterable[UnitKind], *, shared: bool = False) -> Sentence | None:
    """What is wrong with the way units of these kinds share out the territory; None when every place has one.

    With ``shared``, several may cover a place: what follows a case stays at its office, or goes to the first kind named.
    """
    wanted = tuple(kinds)
    for place in territory.places():
        units = territory.covering(wanted, place)
        if not units:
            return Sentence(
                "no %(kinds)s covers %(place)s (%(code)s)",
                kinds=_any_of(wanted),
                place=place.name,
                code=place.value,
            )
        if len(units) > 1 and not shared:
            return Sentence(
                "%(one)s and %(other)s both cover %(place)s (%(code)s)",
                one=units[0].id,
                other=units[1].id,
                place=place.name,
                code=place.value,
            )
    return None


def _any_of(kinds: Sequence[UnitKind]) -> str:
    said: str = ""
    for kind in kinds:
        said = Sentence("%(first)s or %(other)s", first=said, other=kind.value) if said else kind.value
    return said


def _read_communes(text: str, reading: Reading) -> tuple[Commune, ...]:
    rows = csv.DictReader(io.StringIO(text))
    lacking = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if lacking:
        reading.add(COMMUNES, 1, Sentence("the column '%(name)s' is missing", name=lacking[0]))
        return ()
    communes: dict[str, Commune] = {}
    for row in rows:
        if message := _wrong_with(row, communes):
            reading.add(COMMUNES, rows.line_num, message)
            continue
        name = Text({"ar": row["name_ar"], "fr": row["name_fr"]})
        urban, population = row["type"] == "urban", int(row["population_2024"])
        seats = points_of(_seat(row))
        communes[row["hcp_code"]] = Commune(row["hcp_code"], name, urban, population, seats[0] if seats else None)
    return tuple(communes.values())


def _wrong_with(row: Mapping[str, str], known: Container[str]) -> Sentence | None:
    """What is wrong with one line of the communes, ``known`` being the codes of those before it."""
    code, kind = row["hcp_code"], row["type"]
    if not re.fullmatch(r"[0-9]{2}\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}", code):
        return Sentence("'%(code)s' is not a commune's HCP code, such as 02.113.01.09", code=code)
    if code in known:
        return Sentence("the commune %(code)s is given twice", code=code)
    if not row["name_ar"] or not row["name_fr"]:
        return Sentence("a commune needs its name in Arabic and in French")
    if kind not in ("urban", "rural"):
        return Sentence("'%(word)s' is not a type of commune: use urban or rural", word=kind)
    if not (row["population_2024"] or "").isdigit():
        return Sentence("'population_2024' must be a whole number")
    if (seat := _seat(row)) and not PAIR.fullmatch(seat):
        return Sentence("'lat' and 'lon' must both be degrees, such as 34.92 and -2.32")
    return None


def _seat(row: Mapping[str, str]) -> str:
    """Where a commune's seat is, as the map's points are written; nothing where the columns are missing or empty."""
    return f"{row.get('lat') or ''},{row.get('lon') or ''}".removeprefix(",")


def _check_seats(communes: Iterable[Commune], bounds: Bounds, reading: Reading) -> None:
    for line, commune in enumerate(communes, start=2):
        if commune.seat and not bounds.contain(commune.seat):
            place = commune.name
            reading.add(
                COMMUNES, line, Sentence("%(place)s lies outside the bounds of %(file)s", place=place, file=MAP)
            )


def _no_commune(code: str, codes: Collection[str]) -> Sentence:
    meant = closest(code, codes)
    return Sentence("'%(code)s' is not a commune of %(file)s%(meant)s", code=code, file=COMMUNES, meant=meant)


def _read_districts(units: Section, codes: list[str]) -> dict[str, tuple[District, ...]]:
    section = units.optional_section("districts")
    if section is None:
        return {}
    found: dict[str, tuple[District, ...]] = {}
    for code in section.items:
        if code not in codes:
            section.fault(_no_commune(code, codes), code)
        rows = section.sections(code, A_DISTRICT)
        found[code] = tuple(_read_district(row) for row in rows)
        ids = [district.id for district in found[code]]
        for row, name in zip(rows, ids, strict=True):
            if ids.index(name) != rows.index(row):
                row.fault(Sentence("two districts of %(code)s are called '%(name)s'", code=code, name=name))
    return found


def _read_district(section: Section) -> District:
    district = District(_slug(section, "id"), section.text("name"))
    section.close()
    return district


def _read_unit(
    section: Section, codes: list[str], districts: Mapping[str, tuple[District, ...]], files: Mapping[str, str]
) -> Unit:
    served = section.words("communes")
    if served == ("all",):
        served = tuple(codes)
    unit = Unit(
        id=_slug(section, "id"),
        kind=section.choice("kind", UnitKind),
        name=section.text("name"),
        communes=served,
        districts=section.words("districts", required=False),
        address=section.optional_text("address"),
        phone=section.string("phone", ""),
        warnings=_warnings(section) if section.has("warnings") else None,
        code=section.string("code", ""),
        letterhead=read_letterhead(section, files),
    )
    if unit.code and not CODE.fullmatch(unit.code):
        section.fault(Sentence("'code' is two to six capital letters and digits, such as AB1"), "code")
    if unit.independent and any(Role.SECRETARY_GENERAL in one.roles for one in unit.warnings or ()):
        section.fault(
            Sentence("the Ombudsman is independent: the secretary-general is not warned of his files"), "warnings"
        )
    for code in served:
        if code not in codes:
            section.fault(_no_commune(code, codes), "communes")
    if unit.districts and len(served) != 1:
        section.fault(Sentence("a unit that serves districts serves one commune only"), "districts")
    known = [district.id for code in served for district in districts.get(code, ())]
    for district in unit.districts:
        if district not in known:
            meant = closest(district, known)
            said = Sentence("the district '%(name)s' does not exist there%(meant)s", name=district, meant=meant)
            section.fault(said, "districts")
    if unit.phone and not PHONE.fullmatch(unit.phone):
        section.fault(Sentence("'phone' is written +212 and nine digits"), "phone")
    section.reading.remember("unit", unit.id, section)
    section.close()
    return unit


WARNED = (Role.AGENT, Role.CHIEF, Role.SECRETARY_GENERAL)
"""Whom an office can warn of its last days."""


def _warnings(parent: Section) -> tuple[Warn, ...]:
    """Whom an office, or the whole province, warns of its last days, and when."""
    found: list[Warn] = []
    for section in parent.sections("warnings", A_WARNING):
        at = section.choice("at", Point)
        counted = at in (Point.BEFORE, Point.AFTER)
        days = section.integer("days", least=1, most=60) if counted else 0
        warn = Warn(at, section.choices("warn", Role), days)
        for role in warn.roles:
            if role not in WARNED:
                said = Sentence(
                    "'%(role)s' is not warned of last days: use %(roles)s", role=role.value, roles=", ".join(WARNED)
                )
                section.fault(said, "warn")
        if any(one.name == warn.name for one in found):
            section.fault(Sentence("two warnings are at '%(point)s'", point=warn.name), "at")
        found.append(warn)
        section.close()
    return tuple(found)


def _slug(section: Section, key: str) -> str:
    word = section.string(key)
    if word and not SLUG.fullmatch(word):
        said = Sentence("'%(word)s' cannot be an id: use small letters a-z, digits and single dashes", word=word)
        section.fault(said, key)
    return word


def _prove(territory: Territory, reading: Reading) -> None:
    seen: set[str] = set()
    for unit in territory.units:
        if unit.id in seen:
            reading.fault_at("unit", unit.id, Sentence("two units are called '%(name)s'", name=unit.id))
        seen.add(unit.id)
    numbered: set[str] = set()
    for unit in territory.units:
        if unit.number_code in numbered:
            said = Sentence("the code '%(code)s' is that of another unit too", code=unit.number_code)
            reading.fault_at("unit", unit.id, said)
        numbered.add(unit.number_code)
    for kind in UnitKind:
        for place in territory.places():
            units = territory.covering((kind,), place)
            if len(units) > 1:
                said = Sentence(
                    "%(one)s and %(other)s both cover %(place)s (%(code)s): two units of kind %(kind)s cannot overlap",
                    one=units[0].id,
                    other=units[-1].id,
                    place=place.name,
                    code=place.value,
                    kind=kind.value,
                )
                reading.fault_at("unit", units[-1].id, said)
