"""Every workflow opens in bpmn.io's modeler without a warning, and is drawn there whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from portal.catalogue.loader import load_service, packages
from portal.domain.service import ServiceDefinition
from portal.presenting.open_formats.bpmn import bpmn_xml
from tests.support.everything import everything

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
MODELER = ROOT / "node_modules" / "bpmn-js" / "dist"
OPEN = """async (xml) => {
    const modeler = new BpmnJS({container: "#canvas"});
    const {warnings} = await modeler.importXML(xml);
    const registry = modeler.get("elementRegistry");
    const nodes = registry.filter((one) => one.type !== "label" && !one.waypoints && one.parent);
    const {xml: saved} = await modeler.saveXML({format: true});
    modeler.destroy();
    return {
        warnings: warnings.map((one) => one.message),
        drawn: registry.getAll().length,
        flat: nodes.filter((one) => !one.width || !one.height).map((one) => one.id),
        dangling: registry.filter((one) => one.waypoints && !(one.source && one.target)).map((one) => one.id),
        saved: saved.length,
    };
}"""


@pytest.fixture(scope="module")
def modeler(chromium: Browser) -> Iterator[Page]:
    """A page with the modeler, which is served nothing and asks for nothing."""
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.set_content('<!doctype html><title>BPMN</title><div id="canvas" style="block-size: 40rem"></div>')
    for sheet in ("diagram-js.css", "bpmn-js.css"):
        page.add_style_tag(path=MODELER / "assets" / sheet)
    page.add_script_tag(path=MODELER / "bpmn-modeler.development.js")
    yield page
    context.close()


def workflows() -> list[ServiceDefinition]:
    found = [load_service(one.slug, one.files, version=one.version, proved=True) for one in packages(ROOT / "services")]
    return [*(one for one in found if one.states), everything()]


def test_every_workflow_opens_in_the_modeler_without_a_warning(modeler: Page) -> None:
    found = workflows()
    assert len(found) > 3
    for definition in found:
        opened = modeler.evaluate(OPEN, bpmn_xml(definition))
        assert opened["warnings"] == [], definition.slug
        assert opened["flat"] == [], definition.slug
        assert opened["dangling"] == [], definition.slug
        assert opened["drawn"] > 2 * len(definition.states), definition.slug
        assert opened["saved"] > 1000, definition.slug


def test_the_modeler_does_warn_of_what_is_wrong(modeler: Page) -> None:
    """Without this, a modeler that never warns would pass for a sound file."""
    broken = bpmn_xml(everything()).replace('targetRef="state_lodged"', 'targetRef="nowhere"', 1)
    assert modeler.evaluate(OPEN, broken)["warnings"]
