"""Every command, each a few lines over the actions."""

import os
import sys
import uuid
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from portal.actions.deps import Deps
from portal.actions.effects import abandon as abandon_effect
from portal.actions.effects import retry as retry_effect
from portal.actions.passwords import MIN_LENGTH, hash_password
from portal.adapters.own_memory import keep_memory_private
from portal.catalogue.flow_states_proofs import is_client_id
from portal.catalogue.loader import Proofs, check_folder
from portal.cli import archiving, auditing, diff, draw, new, publishing, try_, verifying
from portal.cli.clock import clock_app
from portal.cli.context import Json, fail, open_portal, show_json, told
from portal.cli.designing import Language
from portal.cli.log import log_app
from portal.cli.maintenance import maintenance_app
from portal.cli.seal_key import seal_key_app
from portal.domain.service import Role
from portal.migrations import migrate as run_migrations
from portal.settings import Settings
from portal.store import effects, partners, searches, sessions
from portal.store.partners import Partner
from portal.store.sessions import StaffMember
from portal.wiring import wire_engine

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Shubbak, the counter: a province's services.")
staff_app = typer.Typer(no_args_is_help=True, help="Accounts of those who work at the counters.")
partner_app = typer.Typer(no_args_is_help=True, help="Systems of partner ministries.")
jobs_app = typer.Typer(no_args_is_help=True, help="What is still to be done, and what was given up.")
app.add_typer(staff_app, name="staff")
app.add_typer(partner_app, name="partner")
app.add_typer(jobs_app, name="jobs")
app.add_typer(maintenance_app, name="maintenance")
app.add_typer(clock_app, name="clock")
app.add_typer(seal_key_app, name="seal-key")
app.add_typer(log_app, name="log")
app.command("draw")(draw.draw)
app.command("new")(new.new)
app.command("diff")(diff.diff)
app.command("try")(try_.try_service)
app.command("publish")(publishing.publish)
app.command("verify")(verifying.verify)
app.command("export")(publishing.export)
app.command("audit")(auditing.audit)
app.command("archive")(archiving.archive)


FEW_HEAPS = ("MALLOC_ARENA_MAX", "2")
"""Otherwise the C library keeps a store of memory for each thread, a fifth of a process in all."""


def main() -> None:
    """The ``portal`` command."""
    app()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
) -> None:
    """Serve the pages and interfaces."""
    settings, deps = open_portal()
    publishing.publish_folder(settings)
    deps.store.engine.dispose()
    _become("portal.serving", host, str(port), str(settings.web_processes))


@app.command()
def worker() -> None:
    """Carry out what changes of cases ask for: documents, messages, pushes."""
    keep_memory_private()
    settings, deps = open_portal()
    publishing.publish_folder(settings)
    deps.store.engine.dispose()
    _become("portal.working")


def _become(module: str, *arguments: str) -> NoReturn:
    """Goes on as another program: what was needed to check and publish would weigh on it for as long as it runs."""
    # Read once, before a process does anything.
    os.environ.setdefault(*FEW_HEAPS)
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    settings = Settings()
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    with told():
        run_migrations(wire_engine(settings))


@app.command()
def demo(port: Annotated[int, typer.Option(envvar="PORT", help="The portal's port.")] = 8000) -> None:
    """Set a demonstration up and start it: database, keys, people, cases, worker and sandboxes."""
    from portal.cli.demo import run_demo

    run_demo(port)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="A services folder; the installed one by default.")] = None,
    as_json: Json = False,
    lang: Annotated[Language | None, typer.Option("--lang", help="Tell it in; English by default.")] = None,
) -> None:
    """Prove the configured services sound; one line per fault, exit status 1 if there is any."""
    settings = Settings()
    if folder is not None and not folder.is_dir():
        fail(f"there is no folder {folder}")
    # Proving leaves no trace where there is no portal: what was proved is remembered only beside its data.
    proofs = Proofs.kept_in(settings.data_dir) if settings.data_dir.is_dir() else Proofs()
    faults = check_folder(folder or settings.services_dir, proofs)
    # Not a fault of the folder: what is published stays in force, and a partner can still be registered.
    notes = [] if faults else publishing.notes(settings, folder)
    if as_json:
        show_json({"faults": [fault.plain() for fault in faults], "notes": notes})
    told_faults = [fault.said(lang.value) if lang else str(fault) for fault in faults]
    for line in [] if as_json else [*told_faults, *(f"note: {one}" for one in notes)]:
        print(line)
    if faults:
        raise typer.Exit(1)


@app.command("searches")
def list_searches(
    least: Annotated[int, typer.Option(help="Only what was searched for at least so many times.")] = searches.OFTEN,
    as_json: Json = False,
) -> None:
    """List what was searched for in vain, the most frequent first: words for a service's keywords."""
    _, deps = open_portal()
    with told(), deps.reading() as work:
        found = searches.missed(work.connection, least=least)
    lines = [
        {"words": one.words, "language": one.language, "count": one.count, "last_on": one.last_on.isoformat()}
        for one in found
    ]
    if as_json:
        show_json(lines)
    for line in [] if as_json else lines:
        print("\t".join(str(line[key]) for key in ("count", "last_on", "language", "words")))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sandbox(context: typer.Context) -> None:
    """Start the stand-ins for the identity provider, Jisr, the SMS gateway and the mail server."""
    os.execv(sys.executable, [sys.executable, "-m", "portal.sandbox", *context.args])  # noqa: S606


def _need_services(settings: Settings, deps: Deps) -> None:
    """Publishes the configured folder where nothing is published yet: accounts may be made before the first start."""
    try:
        deps.registry.in_force  # noqa: B018  Reading it is what tells.
    except KeyError:
        publishing.publish_folder(settings)


@staff_app.command("add")
def staff_add(
    login: str,
    unit: Annotated[str, typer.Option(help="The id of the unit, as in services/territory.")],
    role: Annotated[
        list[Role],
        typer.Option(
            help="clerk, agent, chief, committee, secretary_general, designer, publisher or admin; may be repeated."
        ),
    ],
    name_ar: Annotated[str, typer.Option(help="The name in Arabic.")],
    name_fr: Annotated[str, typer.Option(help="The name in Latin letters.")],
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="At least 12 characters.")
    ],
) -> None:
    """Make an account."""
    from portal.http.readers import STAFF_ROLES

    if not STAFF_ROLES.issuperset(role):
        fail(f"an account has one of these roles: {', '.join(sorted(STAFF_ROLES))}")
    settings, deps = open_portal()
    if len(password) < MIN_LENGTH:
        fail(f"the password needs at least {MIN_LENGTH} characters")
    _need_services(settings, deps)
    try:
        independent = deps.registry.territory.unit(unit).independent
    except LookupError:
        fail(f"there is no unit {unit}: see services/territory/units.yaml")
    if independent and Role.SECRETARY_GENERAL in role:
        fail(f"{unit} is independent of the province: nobody there is its secretary-general")
    member = StaffMember(uuid.uuid4().hex, login.strip().lower(), name_ar, name_fr, unit, tuple(role))
    hashed = hash_password(password)
    with told(), deps.unit_of_work() as work:
        if sessions.find_staff_by_login(work.connection, member.login):
            fail(f"there is an account {member.login} already")
        sessions.add_staff(work.connection, member, hashed, work.now)
    print(f"{member.login} may sign in at the counter of {unit}")


@staff_app.command("password")
def staff_password(
    login: str, password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)]
) -> None:
    """Give an account a new password, and end its sessions."""
    _, deps = open_portal()
    if len(password) < MIN_LENGTH:
        fail(f"the password needs at least {MIN_LENGTH} characters")
    hashed = hash_password(password)
    with told(), deps.unit_of_work() as work:
        found = sessions.find_staff_by_login(work.connection, login.strip().lower())
        if found is None:
            fail(f"there is no account {login}")
        sessions.set_password(work.connection, found[0].id, hashed)
        sessions.end_all_of(work.connection, "staff", found[0].id)


@staff_app.command("remove")
def staff_remove(login: str) -> None:
    """Close an account, and end its sessions."""
    _, deps = open_portal()
    with told(), deps.unit_of_work() as work:
        found = sessions.find_staff_by_login(work.connection, login.strip().lower())
        if found is None:
            fail(f"there is no account {login}")
        sessions.close_staff(work.connection, found[0].id)
        sessions.end_all_of(work.connection, "staff", found[0].id)


@staff_app.command("list")
def staff_list(as_json: Json = False) -> None:
    """List the accounts."""
    _, deps = open_portal()
    with told(), deps.reading() as work:
        members = sessions.list_staff(work.connection)
    if as_json:
        show_json([{"login": one.login, "unit": one.unit, "roles": one.roles, "name": one.name_fr} for one in members])
    for one in [] if as_json else members:
        print(f"{one.login}\t{one.unit}\t{','.join(one.roles)}\t{one.name_fr}")


@partner_app.command("add")
def partner_add(
    client_id: str,
    service: Annotated[list[str], typer.Option(help="A service granted to it; may be repeated.")],
    name: Annotated[str, typer.Option(help="The ministry's name, where it has one in all languages.")] = "",
    name_ar: Annotated[str, typer.Option(help="Its name in Arabic.")] = "",
    name_fr: Annotated[str, typer.Option(help="Its name in French.")] = "",
) -> None:
    """Make a partner's credentials; the secret is shown this once."""
    import secrets

    if not is_client_id(client_id):
        fail(f"'{client_id}' cannot be the id of a partner: small letters a-z, digits, - and _")
    name = name_fr.strip() or name.strip() or name_ar.strip()
    if not name:
        fail("say what the partner is called: --name-ar and --name-fr, or --name")
    settings, deps = open_portal()
    _need_services(settings, deps)
    with told():
        known = deps.registry.in_force.services
    for slug in service:
        if slug not in known:
            fail(f"there is no service {slug}")
    secret = secrets.token_urlsafe(32)
    hashed = hash_password(secret)
    with told(), deps.unit_of_work() as work:
        if partners.find_with_secret(work.connection, client_id):
            fail(f"there is a partner {client_id} already")
        partners.add(
            work.connection, Partner(client_id, name, tuple(service), name_ar.strip() or None), hashed, work.now
        )
    print(f"client_id: {client_id}\nclient_secret: {secret}")


@partner_app.command("list")
def partner_list(as_json: Json = False) -> None:
    """List the partners and what they were granted."""
    _, deps = open_portal()
    with told(), deps.reading() as work:
        found = partners.listed(work.connection)
    if as_json:
        show_json([{"client_id": one.id, "name": one.name, "services": one.services} for one in found])
    for one in [] if as_json else found:
        print(f"{one.id}\t{one.name}\t{','.join(one.services)}")


@jobs_app.command("list")
def jobs_list(
    given_up: Annotated[bool, typer.Option("--given-up", help="Only those that were given up.")] = False,
    as_json: Json = False,
) -> None:
    """List what is still to be done, the oldest first."""
    _, deps = open_portal()
    with told(), deps.reading() as work:
        found = effects.unfinished(work.connection, given_up=True if given_up else None)
    lines = [
        {
            "id": effect.id,
            "reference": reference or effect.case_id,
            "name": effect.name,
            "requested_at": effect.requested_at.isoformat(timespec="seconds"),
            "state": "given up" if effect.failed_at else "waiting",
            "error": effect.error,
        }
        for effect, reference in found
    ]
    if as_json:
        show_json(lines)
    for line in [] if as_json else lines:
        print("\t".join(str(line[key] or "") for key in ("id", "reference", "name", "requested_at", "state", "error")))


@jobs_app.command("abandon")
def jobs_abandon(
    effect_id: Annotated[str, typer.Argument(help="The id that `portal jobs list --given-up` shows.")],
    why: Annotated[str, typer.Option("--why", help="The reason: it stays on record beside the number.")],
) -> None:
    """End what was given up for good; a number reserved for a document is recorded as abandoned."""
    _, deps = open_portal()
    if not why.strip():
        fail("say why: the reason stays on record")
    with told():
        done = abandon_effect(deps, effect_id, why.strip())
    if not done:
        fail(f"nothing was given up under {effect_id}")
    print("abandoned")


@jobs_app.command("retry")
def jobs_retry(
    effect_id: Annotated[str | None, typer.Argument(help="The id that `portal jobs list` shows.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that was given up.")] = False,
) -> None:
    """Take up again what was given up."""
    _, deps = open_portal()
    with told():
        if everything:
            with deps.reading() as work:
                ids = [effect.id for effect, _ in effects.unfinished(work.connection, given_up=True, limit=10_000)]
        elif effect_id:
            ids = [effect_id]
        else:
            fail("name an id, or say --all")
        taken = [one for one in ids if retry_effect(deps, one)]
    if effect_id and not taken:
        fail(f"there is nothing to retry under {effect_id}")
    print(f"{len(taken)} taken up again")
