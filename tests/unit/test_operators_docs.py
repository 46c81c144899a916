"""What docs/operators.md says of settings and commands is what there is."""

import re
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from portal.cli.commands import app
from portal.http.routes import PageRoute
from portal.settings import Settings
from portal.web import verifying

ROOT = Path(__file__).parents[2]
# As it stands in a line of code or between backquotes.
COMMAND = re.compile(r"(?:^|`|/bin/)portal ((?:(?:staff|partner|jobs|maintenance|seal-key) )?[a-z]+)", re.MULTILINE)
PAGE = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    assert set(re.findall(r"\bPORTAL_([A-Z_]+)\b", PAGE)) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("command", sorted(set(re.findall(COMMAND, PAGE))))
def test_every_documented_command_exists(command: str) -> None:
    found = get_command(app)
    for name in command.split():
        found = getattr(found, "commands", {})[name]


def test_the_containers_are_given_only_settings_that_exist() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    given = {name for service in services.values() for name in service["environment"] if name.startswith("PORTAL_")}
    assert given == {"PORTAL_DATABASE_URL", "PORTAL_DATA_DIR", "PORTAL_TRUSTED_PROXY"}
    assert {name.removeprefix("PORTAL_").lower() for name in given} <= set(Settings.model_fields)
    commands = [services[name].get("command", ["portal", "serve"]) for name in ("migrate", "portal", "worker")]
    assert commands == [["portal", "migrate"], ["portal", "serve"], ["portal", "worker"]]


def test_the_example_for_the_proxy_keeps_seals_and_codes_out_of_its_log() -> None:
    (example,) = re.findall(r"```nginx\n(.*?)```", PAGE, re.DOTALL)
    ((pattern, block),) = re.findall(r"location ~\* (\S+) \{(.*?)\}", example, re.DOTALL)
    scanned = [route.path for route in verifying.short.routes if isinstance(route, PageRoute)]
    assert len(scanned) >= 2
    assert [path for path in scanned if not re.match(pattern, path, re.IGNORECASE)] == []
    others = [route.path for route in verifying.router.routes if isinstance(route, PageRoute)]
    assert [path for path in others if re.match(pattern, path, re.IGNORECASE)] == []
    assert "access_log off;" in block
    assert "error_log /dev/null" in block
