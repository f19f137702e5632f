"""A contract type for import-linter: an allow-list, which no new library slips past."""

import sys
from collections.abc import Iterable, Iterator

from grimp import ImportGraph
from importlinter.application import output
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck
from importlinter.domain.helpers import module_expressions_to_modules


class OnlyContract(Contract):
    """The source packages import only the standard library and what the list names.

    - source_modules: expressions of packages; a package that does not exist yet is no error.
    - may_import: packages, with what is inside; `{service}` stands for the importer's own service.
    - never: packages that stay forbidden although the standard library or the list holds them.
    - guidance: what to do instead.
    """

    type_name = "only"

    source_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    may_import = fields.ListField(subfield=fields.StringField())
    never = fields.ListField(subfield=fields.StringField(), required=False)
    guidance = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every direct import of every module inside the source packages."""
        offences = sorted(self._offences(graph))
        return ContractCheck(kept=not offences, metadata={"offences": offences})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line an import, then the cure."""
        for importer, imported in check.metadata["offences"]:
            output.print_error(f"{importer} imports {imported}", bold=False)
        output.print_error(str(self.guidance), bold=False)

    def _offences(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        for importer in self._importers(graph):
            for imported in graph.find_modules_directly_imported_by(importer):
                if not self._allows(importer, imported):
                    yield importer, imported

    def _importers(self, graph: ImportGraph) -> set[str]:
        packages = module_expressions_to_modules(graph, self.source_modules)  # type: ignore[arg-type]
        names = {package.name for package in packages}
        return names.union(*(graph.find_descendants(name) for name in names))

    def _allows(self, importer: str, imported: str) -> bool:
        service = ".".join(importer.split(".")[:2])
        allowed = [str(name).replace("{service}", service) for name in _listed(self.may_import)]
        if _is_inside(imported, map(str, _listed(self.never))):
            return False
        return _is_inside(imported, [*allowed, *sys.stdlib_module_names])


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _is_inside(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
