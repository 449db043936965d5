"""Make siblings of the kinds of fault: small cases by script, the same ones for the same seed.

    python -m evals.make_siblings FOLDER [--seed 1] [--count 50] [--kind KIND]

Each kind has its own words and layouts in ``evals/siblings/``, and near misses among its cases:
what looks like the fault and must be answered (or declined) all the same. Run them with
``python -m evals.case_runner FOLDER``.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import click

from evals.siblings.base import Case, Kind, write
from evals.siblings.changes import follow, think, update
from evals.siblings.lookups import code, faq, near_identifier, record
from evals.siblings.scopes import conflict, scope, subject
from evals.siblings.shapes import clause, command, listed, page, token, wrapped
from evals.siblings.tables import table

KINDS = (
    Kind("scope", scope),
    Kind("subject", subject),
    Kind("conflict", conflict),
    Kind("faq", faq),
    Kind("record", record),
    Kind("code", code),
    Kind("near", near_identifier),
    Kind("table", table),
    Kind("clause", clause),
    Kind("list", listed),
    Kind("command", command),
    Kind("wrap", wrapped),
    Kind("token", token),
    Kind("page", page),
    Kind("update", update),
    Kind("follow", follow),
    Kind("think", think),
)
"""Every kind of fault, in the order of the report."""

_TRIES = 60
"""Cases looked at for each that is kept, before a kind is said to be at its end."""


def cases_of(kind: Kind, *, seed: int, count: int) -> list[Case]:
    """Return ``count`` cases of a kind, no two of which ask the same of the same documents."""
    made = kind.make(random.Random(f"{kind.name} {seed}"))
    kept: dict[tuple[object, ...], Case] = {}
    for _ in range(count * _TRIES):
        case = next(made)
        documents = tuple(sorted(case.documents.items()))
        kept.setdefault((case.question, case.history, case.steps, case.stream, documents), case)
        if len(kept) == count:
            break
    return list(kept.values())


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=1, show_default=True)
@click.option("--count", default=50, show_default=True, help="Cases of each kind.")
@click.option("--kind", "names", multiple=True, type=click.Choice([k.name for k in KINDS]))
def main(folder: Path, seed: int, count: int, names: tuple[str, ...]) -> None:
    """Write the cases below FOLDER, one folder for each kind."""
    for kind in KINDS:
        if names and kind.name not in names:
            continue
        own = folder / kind.name
        shutil.rmtree(own, ignore_errors=True)
        cases = cases_of(kind, seed=seed, count=count)
        write(kind.name, cases, own)
        near = sum(case.near for case in cases)
        click.echo(f"{kind.name:10} {len(cases)} cases, {near} near misses")


if __name__ == "__main__":
    main()
