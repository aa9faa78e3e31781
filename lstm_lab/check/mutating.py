"""Wrong versions of a right solution, generated: one term dropped, one bracket, one σ, one order.

A solution is a few lines of Python. Each mutation changes one place of its syntax tree and says in
a sentence what a student did who wrote that. They are made once for a solution and kept.
"""

import ast
import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from .. import gates

__all__ = ["Mutant", "mutants", "pairs", "run"]

#: What a solution may call.
SPACE = {
    "np": np,
    **{name: getattr(np, name) for name in ("array", "ceil", "exp", "log", "split", "stack")},
    **{name: getattr(np, name) for name in ("log2", "log10", "tanh", "where", "maximum", "outer")},
    "relu": lambda x: np.maximum(x, 0),
    "power_of_2": lambda x: 2.0**x,
    "sigmoid": gates.unchecked_sigmoid,
}
#: Functions that are taken for one another, and how each is told.
SWAPS = {
    "sigmoid": ("tanh", "relu", "exp"),
    "tanh": ("sigmoid", "relu", "exp"),
    "exp": ("power_of_2", "tanh", "sigmoid"),
    "log": ("log10", "log2", "exp"),
}
TOLD = {
    "sigmoid": "σ",
    "relu": "relu",
    "power_of_2": "2 to the power",
    "exp": "e to the power",
    "log": "the natural logarithm",
    "log10": "the logarithm to base 10",
    "log2": "the logarithm to base 2",
}
OPPOSITE = {ast.Add: ast.Sub, ast.Sub: ast.Add}
OPERATORS = {
    ast.Add: (ast.Mult, "multiplied", "added"),
    ast.Mult: (ast.Add, "added", "multiplied"),
    ast.Div: (ast.Mult, "multiplied", "divided"),
    ast.MatMult: (ast.Mult, "multiplied by `*`", "multiplied by `@`"),
}


@dataclass(frozen=True)
class Mutant:
    """A solution with one mistake: its kind in one word, the sentence, and the code."""

    id: str
    text: str
    source: str


def run(source: str, names: tuple[str, ...] = ()):
    """The function that a solution is; its last line is what it returns."""
    lines = source.splitlines()
    body = "\n    ".join([*lines[:-1], f"return {lines[-1]}"])
    space: dict = {}
    exec(f"def made({', '.join(names)}):\n    {body}", SPACE, space)
    return space["made"]


@cache
def mutants(source: str, names: tuple[str, ...] = (), doors: tuple[str, ...] = ()) -> list[Mutant]:
    """All solutions with one mistake, the simplest first.

    names  the arguments, which may stand for one another
    doors  those of them that are gates, which may have been made hard
    """
    tree = ast.parse(source)
    found = [*_without_brackets(source)]
    for change in (_everywhere, _one_place):
        found += [
            Mutant(kind, text, ast.unparse(made)) for kind, text, made in change(tree, names, doors)
        ]
    unlike = {one.source: one for one in reversed(found) if one.source != ast.unparse(tree)}
    return list(reversed(unlike.values()))


#: The mistakes that are made two at a time.
COMMON = {"missing", "sign", "brackets", "complement", "hard", "swapped", "transposed", "twice"}
COMMON |= {"tanh", "sigma", "order"}
MOST_PAIRS = 800


def pairs(source: str, names: tuple[str, ...], doors: tuple[str, ...] = ()) -> Iterator[Mutant]:
    """Solutions with two mistakes."""
    common = [one for one in mutants(source, names, doors) if one.id in COMMON]
    made = (
        Mutant(first.id, f"two things: {first.text}; and {second.text}", second.source)
        for first in common
        for second in mutants(first.source, names, doors)
        if second.id in COMMON
    )
    return itertools.islice(made, MOST_PAIRS)


def _code(node) -> str:
    """A part of a solution as the student would write it."""
    return ast.unparse(node).replace("sigmoid", "σ")


def _replaced(tree, changes: dict):
    """The tree with nodes replaced."""
    memo: dict = {}
    new = copy.deepcopy(tree, memo)
    twin = {id(memo[id(old)]): made for old, made in changes.items()}

    class Put(ast.NodeTransformer):
        def visit(self, node):
            return twin[id(node)] if id(node) in twin else self.generic_visit(node)

    return ast.fix_missing_locations(Put().visit(new))


def _without_brackets(source):
    """One pair of brackets left out, where what is left still is Python with another meaning."""
    for start, character in enumerate(source):
        if character != "(" or (
            start and (source[start - 1].isalnum() or source[start - 1] == "_")
        ):
            continue
        end = _closing(source, start)
        inside = source[start + 1 : end]
        try:
            made = ast.unparse(ast.parse(source[:start] + inside + source[end + 1 :]))
        except SyntaxError:
            continue
        yield Mutant("brackets", f"brackets are missing around `{inside}`", made)


def _closing(source, start) -> int:
    """The place of the bracket that closes the one at `start`."""
    depth = itertools.accumulate({"(": 1, ")": -1}.get(c, 0) for c in source[start:])
    return start + list(depth).index(0)


def _loads(tree):
    """The nodes whose value is used."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        stored = isinstance(getattr(node, "ctx", None), ast.Store)
        if isinstance(node, ast.expr) and not stored and id(node) not in called:
            yield node


def _one_place(tree, names, doors):
    """(kind, sentence, tree) for each change of one place."""
    for node in _loads(tree):
        for kind, text, made in _alternatives(node, names, doors):
            yield kind, text, _replaced(tree, {node: made})
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            yield from _orders(tree, node.targets[0])


def _everywhere(tree, names, doors):
    """One change made wherever a name or a function stands, if it stands at several places."""
    groups: dict = {}
    for node in _loads(tree):
        if isinstance(node, ast.Name) and node.id in names:
            groups.setdefault(node.id, []).append(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            groups.setdefault(node.func.id, []).append(node)
    for nodes in groups.values():
        if len(nodes) < 2:
            continue
        nodes = nodes[::-1]  # the innermost last, so that none is lost inside another
        for many in zip(*(_alternatives(node, names, doors) for node in nodes), strict=False):
            kind, text, _ = many[0]
            if isinstance(nodes[0], ast.Call):
                inside = f"`{_code(nodes[0].args[0])}`"
                text = text.replace(f" at {inside}", " everywhere").replace(inside, "all of them")
            made = {node: new for node, (_, _, new) in zip(nodes, many, strict=True)}
            yield kind, text, _replaced(tree, made)


def _orders(tree, target):
    """The parts of a split, named in every other order."""
    right = [part.id for part in target.elts]
    for order in itertools.permutations(right):
        if list(order) != right:
            elts = [ast.Name(name, ast.Store()) for name in order]
            made = _replaced(tree, {target: ast.Tuple(elts, ast.Store())})
            yield (
                "order",
                f"wrong order: {', '.join(right)} is right; yours is {', '.join(order)}",
                made,
            )


def _alternatives(node, names, doors):
    """(kind, sentence, node) for each mistake that can be made at one node."""
    if isinstance(node, ast.BinOp):
        yield from _operations(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _calls(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _sums(node)
    elif isinstance(node, ast.Name):
        yield from _names(node, names, doors)
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
        turned = ast.Tuple(node.elts[::-1], node.ctx)
        yield "swapped", "the two are returned in the wrong order", turned
    if isinstance(node, ast.BinOp | ast.Call | ast.Name) and not _is_one_minus(node):
        for name in ("tanh", "sigmoid"):
            yield (
                "squashed",
                f"`{_code(node)}` goes through {TOLD.get(name, name)} as well",
                _call(name, node),
            )


def _operations(node):
    left, right, op = node.left, node.right, type(node.op)
    a, b = f"`{_code(left)}`", f"`{_code(right)}`"
    if _is_one_minus(node):
        yield "complement", f"1 − {_code(right)} is wanted, not {_code(right)} itself", right
        yield "sign", f"`{_code(right)} - 1` is the wrong way round", _op(right, ast.Sub, left)
        return
    if op in (ast.Add, ast.Mult, ast.MatMult):
        yield "missing", f"{b} is missing", left
        yield "missing", f"{a} is missing", right
    elif op is ast.Div:
        yield "missing", f"it is not divided by {b}", left
        yield (
            "missing",
            f"{a} is missing: that is 1 divided by {b}",
            _op(ast.Constant(1), op, right),
        )
        yield "missing", f"that is {b} alone: {a} is divided by it", right
        yield "upside", f"upside down: {a} is divided by {b}", _op(right, op, left)
    elif op is ast.Pow:
        yield "swapped", "base and exponent are swapped", _op(right, op, left)
        yield "power", f"{a} and {b} are multiplied: a power is `**`", _op(left, ast.Mult, right)
    if op in OPPOSITE:
        done, wanted = ("subtracted", "added") if op is ast.Add else ("added", "subtracted")
        yield "sign", f"{b} is {done}; it must be {wanted}", _op(left, OPPOSITE[op], right)
        yield "sign", f"{a} is on the wrong side of the minus", _op(right, ast.Sub, left)
    if op in OPERATORS:
        other, done, wanted = OPERATORS[op]
        yield "operator", f"{a} and {b} are {done}; they must be {wanted}", _op(left, other, right)
    yield from _products(node)


def _products(node):
    left, right, op = node.left, node.right, type(node.op)
    a, b = f"`{_code(left)}`", f"`{_code(right)}`"
    if op is ast.Mult:
        matrix = _op(left, ast.MatMult, right)
        text = "the products are added up, as by `@` or sum(): `*` alone is element-wise"
        yield "product", text, matrix
    if isinstance(right, ast.Call) and getattr(right.func, "id", "") in SWAPS:
        told = TOLD.get(right.func.id, right.func.id)
        late = f"{told} is taken too late: it is of `{_code(right.args[0])}` alone"
        yield "late", late, _call(right.func.id, _op(left, op, right.args[0]))
    if op is ast.MatMult:
        yield "transposed", f"{a} and {b} are the wrong way round", _op(right, op, left)
        yield (
            "outer",
            f"np.outer makes a table: {a} and {b} must be multiplied by `@`",
            _call("outer", left, right),
        )
    if op is ast.Add:
        larger = f"the larger of {a} and {b} is taken; they must be added"
        yield "maximum", larger, _call("maximum", left, right)
        yield "twice", f"{b} is added twice", _op(node, op, right)
        yield "twice", f"{a} is added twice", _op(node, op, left)


def _calls(node):
    name, told = node.func.id, TOLD.get(node.func.id, node.func.id)
    inside = node.args[0]
    kind = {"sigmoid": "sigma"}.get(name, name)
    if name not in SWAPS and name != "ceil":
        return
    yield kind, f"{told} is missing at `{_code(inside)}`", inside
    for other in SWAPS.get(name, ()):
        text = f"{TOLD.get(other, other)} stands where {told} is wanted, at `{_code(inside)}`"
        yield "function", text, _call(other, inside)
    text = f"the sign inside {told} is wrong, at `{_code(inside)}`"
    yield "sign", text, _call(name, ast.UnaryOp(ast.USub(), inside))


def _sums(node):
    """Sums over an axis: another axis, none, the mean, the largest; and the scores' own sum."""
    attribute, owner = node.func.attr, node.func.value
    if attribute != "sum":
        return
    yield "sum", f"`{_code(owner)}` must be added up: the sum is missing", owner
    for other, told in (("mean", "the mean is taken"), ("max", "the largest is taken")):
        made = ast.Call(ast.Attribute(owner, other, ast.Load()), node.args, node.keywords)
        yield "sum", f"{told}; the sum is wanted", made
    axes = [keyword.value.value for keyword in node.keywords if keyword.arg == "axis"]
    for axis in axes:
        other = [ast.keyword("axis", ast.Constant(1 - axis))]
        yield "axis", f"the wrong axis: sum over axis {axis}", ast.Call(node.func, node.args, other)
        yield "axis", f"one sum of everything: sum over axis {axis}", ast.Call(node.func, [], [])


def _names(node, names, doors):
    if node.id not in names:
        return
    for other in names:
        if other != node.id:
            taken = ast.Name(other, ast.Load())
            yield "swapped", f"`{other}` stands where `{node.id}` is wanted", taken
    less = _op(ast.Constant(1), ast.Sub, node)
    yield "complement", f"`1 - {node.id}` stands where `{node.id}` is wanted", less
    if node.id.startswith("W"):
        turned = ast.Attribute(node, "T", ast.Load())
        yield "transposed", f"`{node.id}` is transposed (or on the wrong side of `@`)", turned
    if node.id in doors:
        for test in ("> 0.5", ">= 0.5", "!= 0", "== 1", "< 0.5", "<= 0.5", "== 0", "!= 1"):
            hard = ast.parse(f"({node.id} {test}) * 1.0", mode="eval").body
            turned = " and turned round" if test in ("< 0.5", "<= 0.5", "== 0", "!= 1") else ""
            text = f"`{node.id}` is made hard, 0 or 1{turned}: a gate between 0 and 1 must blend"
            yield "hard", text, hard
    else:
        for sign, told in ((ast.Add, "+"), (ast.Sub, "-")):
            text = f"`{node.id} {told} 1` stands where `{node.id}` is wanted"
            yield "offbyone", text, _op(node, sign, ast.Constant(1))


def _is_one_minus(node) -> bool:
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and isinstance(node.left, ast.Constant)
        and node.left.value == 1
    )


def _op(left, op, right):
    return ast.BinOp(left, op(), right)


def _call(name, *inside):
    return ast.Call(ast.Name(name, ast.Load()), list(inside), [])
