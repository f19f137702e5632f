"""The document cache: parsing and validating once per text, in bounded memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import NoSchemaIntrospectionCustomRule

from chassis.metrics import Metrics, silent_metrics
from contracts.refusals import Refusal, RefusalCode
from services.graphql_gateway.execution import limits as size_limits
from services.graphql_gateway.execution.limits import Limits
from services.graphql_gateway.metrics import DOCUMENTS_PARSED

MOST: Final = 1_000
LARGEST_CACHED: Final = 20_000
"""Characters; longer texts are parsed every time, so that they cannot fill the cache."""


@dataclass(frozen=True)
class Parsed:
    """A document that is ready to run, or what is wrong with it."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """Fragments by name."""
        found = self.document.definitions if self.document else ()
        return {e.name.value: e for e in found if isinstance(e, FragmentDefinitionNode)}

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The named operation, or the only one."""
        found = self.document.definitions if self.document else ()
        operations = [each for each in found if isinstance(each, OperationDefinitionNode)]
        if name is None:
            return operations[0] if len(operations) == 1 else None
        named = [each for each in operations if each.name and each.name.value == name]
        return named[0] if named else None


class Documents:
    """At most MOST parsed documents; the least recently used leaves first."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        *,
        is_open: bool,
        metrics: Metrics | None = None,
    ) -> None:
        self._schema, self._limits = schema, limits
        self._metrics = metrics or silent_metrics([DOCUMENTS_PARSED])
        self.is_open = is_open
        rules = list(specified_rules)
        self._rules = rules if is_open else [*rules, NoSchemaIntrospectionCustomRule]
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Parsed] = OrderedDict()

    def get(self, text: str) -> Parsed:
        """The document of this text, from memory where it was seen before."""
        with self._lock:
            found = self._kept.get(text)
            if found is not None:
                self._kept.move_to_end(text)
                return found
        self._metrics.count(DOCUMENTS_PARSED)
        made = self._parse(text)
        if len(text) <= LARGEST_CACHED:
            self._keep(text, made)
        return made

    def _keep(self, text: str, made: Parsed) -> None:
        with self._lock:
            self._kept[text] = made
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def _parse(self, text: str) -> Parsed:
        try:
            document = parse(text, max_tokens=self._limits.tokens)
            size_limits.check(document, self._limits)
        except GraphQLError as error:
            return Parsed(None, (_coded(error, RefusalCode.MALFORMED),))
        except Refusal as refusal:
            return Parsed(None, (GraphQLError(refusal.sentence, original_error=refusal),))
        except RecursionError:
            deep = Refusal(RefusalCode.QUERY_TOO_DEEP, "The operation is nested too deeply.")
            return Parsed(None, (GraphQLError(deep.sentence, original_error=deep),))
        errors = validate(
            self._schema, document, self._rules, max_errors=20, hide_suggestions=not self.is_open
        )
        wrong = tuple(_coded(each, RefusalCode.INVALID_ARGUMENT) for each in errors)
        return Parsed(document, wrong)


def _coded(error: GraphQLError, code: RefusalCode) -> GraphQLError:
    error.extensions = {**(error.extensions or {}), "code": code.value}
    return error
