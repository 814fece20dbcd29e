"""Reads expressions of PromQL, and prints the names of the metrics of each."""

import json
import sys

import promql_parser


def metrics(node):
    """Names of the metrics of an expression and of all that it is made of."""
    if isinstance(node, promql_parser.VectorSelector):
        return {node.name}
    parts = [getattr(node, name, None) for name in ("expr", "lhs", "rhs")]
    arguments = list(getattr(node, "args", []))
    return set().union(*(metrics(part) for part in [*parts, *arguments] if part is not None))


print(json.dumps([sorted(metrics(promql_parser.parse(text))) for text in json.load(sys.stdin)["expressions"]]))
