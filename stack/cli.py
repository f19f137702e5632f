"""`rostrum`: the command line of operators. Every command works on the platform of ROSTRUM_HOME."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chassis.errors import BadSettings, Refusal, Unavailable
from stack.embedded.binaries import BinaryMissingError
from stack.embedded.process import StartError
from stack.platform import NotReady, PortTaken
from stack.settings import stack_settings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False
)
organizations = typer.Typer(no_args_is_help=True, help="Organizations of this installation.")
operators = typer.Typer(no_args_is_help=True, help="Accounts that run the installation.")
reports = typer.Typer(no_args_is_help=True, help="Reports and their read models.")
facts = typer.Typer(no_args_is_help=True, help="Facts that were set aside.")
audit = typer.Typer(no_args_is_help=True, help="The audit chains.")
corrections = typer.Typer(no_args_is_help=True, help="The chain of corrections.")
app.add_typer(organizations, name="org")
app.add_typer(operators, name="operator")
app.add_typer(reports, name="reports")
app.add_typer(facts, name="facts")
app.add_typer(audit, name="audit")
app.add_typer(corrections, name="corrections")
console = Console()

Service = Annotated[str, typer.Option(help="ingest, workflow, reporting or graphql_gateway")]
Organization = Annotated[str, typer.Option("--organization", "-o", help="Its slug.")]


@app.command()
def run() -> None:
    """Start the whole platform here and stay up until Ctrl-C."""
    from stack.run import run as start

    start(stack_settings(), console)


@app.command()
def prepare() -> None:
    """Make users, collections, indexes, topics and migrations; safe to repeat."""
    from stack.place import running_place
    from stack.prepare import prepare_all

    prepare_all(running_place(stack_settings()))
    console.print("Databases, users, indexes and topics are ready.")


@app.command()
def docs() -> None:
    """Write the generated tables of docs/generated and the AsyncAPI document again."""
    from stack.docs import main as write

    write()


@organizations.command("create")
def create_organization(
    slug: str,
    name: Annotated[str, typer.Option(help="What people call it.")],
    admin_email: Annotated[str, typer.Option(help="The first admin's address.")],
    admin_name: Annotated[str, typer.Option(help="The first admin's name.")],
    time_zone: Annotated[str, typer.Option(help="An IANA time zone.")] = "UTC",
) -> None:
    """Create an organization and print the invitation of its first admin."""
    from contracts.workflow.organizations import CreateOrganization
    from stack.operate import create_organization as create

    order = CreateOrganization(
        slug=slug, name=name, admin_email=admin_email, admin_name=admin_name, time_zone=time_zone
    )
    link = create(stack_settings(), order)
    console.print(f"{name} exists. {admin_name} sets a password here:")
    console.print(link, soft_wrap=True)


@organizations.command("invite")
def invite(organization: str, email: str) -> None:
    """Print a new invitation of a member who has not set a password; the one before is worthless."""
    from stack.operate import invitation_link

    console.print(invitation_link(stack_settings(), organization, email), soft_wrap=True)


@operators.command("create")
def create_operator(
    email: str,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Make an account that may create organizations; it sees no tenant's data."""
    from stack.operate import create_operator as create

    create(stack_settings(), email, password)
    console.print(f"{email} may sign in as an operator.")


@app.command("import")
def import_archive(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    organization: Organization,
    channel: Annotated[str, typer.Option("--channel", "-c", help="Id or name of the channel.")],
    format_: Annotated[str, typer.Option("--format", help="auto, csv or activitystreams")] = "auto",
) -> None:
    """Load an archive into a channel; a run that was cut off goes on where it stopped."""
    from stack.importing import import_file

    run = import_file(stack_settings(), path, organization, channel=channel, format_=format_)
    run.show(console)
    raise typer.Exit(1 if run.rows_unreadable and not run.rows_stored else 0)


@reports.command("rebuild")
def rebuild_reports(
    organization: Annotated[str | None, typer.Option("--organization", "-o")] = None,
) -> None:
    """Fold every fact again from zero, while new ones come in; answers stay up meanwhile."""
    from stack.operate import rebuild_reports as fold_again

    for line in fold_again(stack_settings(), organization):
        console.print(line)


@facts.command("list")
def list_dead_letters(service: Service) -> None:
    """Show facts that a service could not handle."""
    from stack.operate import dead_letters

    found = dead_letters(stack_settings(), service)
    for line in found:
        console.print_json(data=line)
    console.print(f"{len(found)} facts are set aside.")


@facts.command("redrive")
def redrive(service: Service) -> None:
    """Hand set-aside facts to the service again, after its cause was mended."""
    from stack.operate import redrive as again

    console.print(f"{again(stack_settings(), service)} facts are handled again.")


@corrections.command("verify")
def verify_corrections(organization: Organization) -> None:
    """Check the chain of an organization's corrections; exit code 1 if anything was changed."""
    from stack.operate import verify_corrections as verify

    findings = verify(stack_settings(), organization)
    for finding in findings:
        console.print(finding)
    console.print("The chain is whole." if not findings else f"{len(findings)} findings.")
    raise typer.Exit(1 if findings else 0)


@audit.command("verify")
def verify_audit(service: Service) -> None:
    """Check every chain of a service; exit code 1 if anything was changed."""
    from stack.operate import verify_audit as verify

    findings = verify(stack_settings(), service)
    for finding in findings:
        console.print(finding)
    console.print("The chains are whole." if not findings else f"{len(findings)} findings.")
    raise typer.Exit(1 if findings else 0)


def main() -> None:
    """Known troubles end in a sentence and exit code 1, unknown ones in a trace."""
    try:
        app()
    except BadSettings as wrong:
        for problem in wrong.problems:
            console.print(f"[red]{problem}[/red]", soft_wrap=True)
        raise SystemExit(1) from None
    except (PortTaken, NotReady, StartError, BinaryMissingError, Unavailable, Refusal) as wrong:
        console.print(f"[red]{wrong}[/red]", soft_wrap=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
