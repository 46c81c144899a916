"""What is the same on every page of a language is worked out while its templates are compiled, not for every reader."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.environment import TemplateModule
from jinja2.ext import InternationalizationExtension
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer


class KeptTemplate(Template):
    """A template whose macros are made once. Jinja would look at each import whether the page sets globals of its own:
    ours never do, and looking costs a tenth of a page.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


class FoldedTranslations(InternationalizationExtension):
    """``{% trans %}`` resolved while compiling: what is left of a text without variables is a constant."""

    def _make_node(
        self,
        singular: str,
        plural: str | None,
        context: str | None,
        variables: dict[str, nodes.Expr],
        plural_expr: nodes.Expr | None,
        vars_referenced: bool,
        num_called_num: bool,
    ) -> nodes.Output:
        if plural_expr is not None:
            return super()._make_node(
                singular, plural, context, variables, plural_expr, vars_referenced, num_called_num
            )
        # Without variables Jinja leaves doubled percent signs as they were written.
        message = singular if vars_referenced else singular.replace("%%", "%")
        said = self.environment.translate(message)  # type: ignore[attr-defined]
        if not variables:
            return nodes.Output([nodes.TemplateData(said)])
        constant = nodes.MarkSafeIfAutoescape(nodes.Const(said))
        pairs = [nodes.Pair(nodes.Const(name), value) for name, value in variables.items()]
        return nodes.Output([nodes.Mod(constant, nodes.Dict(pairs))])


class FoldingEnvironment(Environment):
    """An environment of one language; ``constants`` are the names that stand for the same text on all of its pages."""

    translate: Callable[[str], str]
    constants: Mapping[str, str]

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        whole = _Joining(self).visit(source)
        return super()._generate(_Folding(self.constants).visit(whole), name, filename, defer_init)


class _Joining(NodeTransformer):
    """Writes what a page includes by name out in its place: a piece in a file of its own then costs a page nothing."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def visit_Include(self, node: nodes.Include) -> nodes.Node | list[nodes.Node]:  # noqa: N802  Named after the node.
        loader = self._environment.loader
        if loader is None or not isinstance(node.template, nodes.Const) or node.ignore_missing or not node.with_context:
            return node
        name = node.template.value
        text, filename, _ = loader.get_source(self._environment, name)
        piece = self.visit(self._environment._parse(text, name, filename))
        return list(piece.body)


class _Folding(NodeTransformer):
    """Writes constants out, then joins what is put out one after the other: each piece costs a step through every layout."""

    def __init__(self, constants: Mapping[str, str]) -> None:
        self._constants = constants

    def visit_Name(self, node: nodes.Name) -> nodes.Expr:  # noqa: N802  Named after the node.
        known = node.ctx == "load" and node.name in self._constants
        return nodes.Const(self._constants[node.name], lineno=node.lineno) if known else node

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        visited = super().generic_visit(node, *args, **kwargs)
        for field, value in visited.iter_fields():
            if isinstance(value, list) and any(isinstance(one, nodes.Output) for one in value):
                setattr(visited, field, _joined(value))
        return visited


def _joined(body: list[nodes.Node]) -> list[nodes.Node]:
    joined: list[nodes.Node] = []
    for one in body:
        last = joined[-1] if joined else None
        if isinstance(one, nodes.Output) and isinstance(last, nodes.Output):
            last.nodes.extend(one.nodes)
        else:
            joined.append(one)
    return joined
