"""Plain words for what Python, NumPy and torch say where a student's function raises."""

import re

import numpy as np

__all__ = ["plain_words"]

#: A pattern in what was raised, the kind of mistake in one word, and what it means here.
WORDS = (
    (r"operand.*\^|bitwise_xor|\bxor\b", "power", "a power is `**` in Python; `^` is another "
     "thing"),
    (r"ufunc 'bitwise_|unsupported operand.* (&|\|):", "truth", "`&` and `|` are for True and "
     "False: numbers are multiplied by `*` and added by `+`"),
    (r"tuple index out of range", "axis", "there is no such place in a tuple: "
     "the .shape of a vector has one number"),
    (r"equal division", "split", "it does not split evenly: torch's rows are four blocks"),
    (r"ufunc 'invert'|unary ~|bitwise_not", "invert", "`~` is for True and False; what a gate "
     "leaves over is 1 - g"),
    (r"truth value of an array|Boolean value of Tensor", "truth", "Python's `if`, `and`, "
     "`not` and chains such as a > b == c take one truth value; here each element has its own"),
    (r"could not be broadcast.*\(0,\)", "shape", "an empty list or array has nothing to add to: "
     "a sum begins with 0"),
    (r"could not be broadcast|must match the size", "shape", "the shapes do not fit: a matrix "
     "times a vector is `@`, "
     "and one weight for each row needs a second axis, m[:, None]"),
    (r"non-broadcastable output", "arguments", "a function of NumPy takes one array, and a second "
     "one to write in: multiply first, np.tanh(W @ h)"),
    (r"stack\(\) takes|concatenate\(\) takes", "arguments", "the arrays stand in one list: "
     "np.stack([a, b])"),
    (r"assign an? .* to a torch", "torch", "a tensor takes a number or a tensor: torch.tensor(…)"),
    (r"cannot assign .* as parameter", "inplace", "change it in place: lstm.bias_ih_l0[:] = …"),
    (r"math range error", "overflow", "e to the power of so large a number overflows: take the "
     "largest away first"),
    (r"string indices must be", "index", "a place in a text is one whole number (a place is what "
     "argmax gives; max gives the weight itself)"),
    (r"core dimension|not aligned|cannot be multiplied|size mismatch|inconsistent tensor", "shape",
     "the inner sizes of `@` differ: which comes first, and is one turned, .T?"),
    (r"does not have enough dimensions|both arguments to matmul", "product",
     "`@` multiplies arrays; a single number is multiplied by `*`"),
    (r"[Oo]nly .*arrays? can be converted to (a )?Python scalar|only one element tensors", "math",
     "a function of `math`, or float(), takes one number; np.exp, np.tanh … take an array"),
    (r"must be real number, not (list|tuple)", "math", "a function of `math` takes one number, "
     "not a list"),
    (r"inhomogeneous|setting an array element with a sequence", "shape",
     "the parts have different shapes, so they make no array"),
    (r"must be Tensor, not|invalid combination of arguments|expected Tensor|expected a Tensor|"
     r"expected np.ndarray \(got|unsupported operand.*Tensor", "torch",
     "torch and NumPy are mixed: the arrays here are NumPy's, so take np.…, or torch.tensor(…) "
      "first"),
    (r"Can't call numpy\(\) on Tensor", "torch", "autograd watches that tensor: .detach() comes "
     "before .numpy()"),
    (r"expected scalar type|must have the same dtype|expected m1 and m2 to have the same "
     "dtype", "torch",
     "the tensors have different float types: give torch.tensor(…, dtype=torch.float64)"),
    (r"object is not callable", "call", "what stands before the brackets ( ) is no function: is "
     "a `*` missing, "
     "or are [ ] wanted?"),
    (r"multiply sequence by non-int|unsupported operand.*'(list|tuple)'", "list",
     "a list does not calculate: make an array of it, np.array(…)"),
    (r"axis \d+ is out of bounds|Dimension out of range", "axis", "the array has no such axis: "
     "the first is axis 0"),
    (r"too many indices", "index", "there are more places in [ ] than the array has axes: a range "
     "is s + 1 : t + 1"),
    (r"out of bounds|index out of range", "index", "there is no such place: "
     "places are counted from 0"),
    (r"must be string|expected str|can only concatenate str", "text",
     "a text and a number do not go together"),
    (r"only integer scalar arrays can be converted", "index", "one whole number is wanted there, "
     "not an array: np.stack takes one list, [a, b]; range takes len(…); a text takes one place "
     "at a time"),
    (r"boolean index did not match", "index", "True and False choose rows here: they stand before "
     "the comma, scores[padding]"),
    (r"arrays used as indices must be of integer", "index", "weights are no places: multiply by "
     "them"),
    (r"boolean (negative|subtract)", "invert", "True and False are turned round by `~`"),
    (r"maximum recursion", "recursion", "the function calls itself and never ends"),
    (r"division by zero", "zero", "something is divided by 0 (`//` cuts to a whole number)"),
)  # fmt: skip
#: Names that are forgotten to be imported, or that are another library's.
HOMES = {
    "sigmoid": "lab.sigmoid", "softmax": "lab.mask", "mask": "lab.mask", "math": "import math",
    **{name: f"np.{name}" for name in "exp log tanh where stack dot split sqrt maximum".split()},
}  # fmt: skip


def plain_words(error: BaseException, call: str = "") -> tuple[str, str]:
    """(the kind of mistake in one word, a sentence): what an exception means for a student.

    call  how the function is called: "soft_if(g, T, F)"

    >>> plain_words(TypeError("unsupported operand type(s) for ^: 'float' and 'int'"))[0]
    'power'
    """
    said = str(error).partition("\n")[0]
    if isinstance(error, UnboundLocalError):
        return "name", f"{said}: give it a value first, under another name than an argument's"
    if isinstance(error, NameError):
        return "name", _unknown(re.findall(r"'(\w+)'", said) or [""])
    if isinstance(error, AttributeError):
        return "attribute", _no_such(said)
    if place := re.search(r"index (-?\d+) is out of bounds for axis \d with size (\d+)", said):
        k, size = map(int, place.groups())
        there = f"{size} are there, 0 to {size - 1}" if size else "it is empty"
        return "index", f"there is no place {k}: {there}"
    for pattern, kind, meaning in WORDS:
        if re.search(pattern, said):
            return kind, meaning
    its_own = error.__traceback__ is None or error.__traceback__.tb_next is None
    if its_own and ("positional argument" in said or "unexpected keyword" in said):
        given = call.partition("(")[2].rstrip(")") or "what the exercise says"
        return "arguments", f"{said}: it is called with {given}"
    return "", said.rstrip(".")


def _unknown(names) -> str:
    home = HOMES.get(names[0])
    if home:
        return f"`{names[0]}` is not known: write {home}"
    return f"`{names[0]}` is not known: give it a value first, or spell it as in the call"


#: Kinds whose values have no method of that name where NumPy has a function.
_VALUES = ("list", "tuple", "float", "int", "str", "numpy.ndarray", "numpy.float64", "Tensor")


def _no_such(said) -> str:
    """What it means that something has no attribute of a name."""
    owner, name = [*re.findall(r"'([\w.]+)'", said), "", ""][:2]
    if owner == "NoneType":
        return f"None stands before .{name}: append, sort and print return nothing"
    name = name or said.split()[-1]
    if owner not in _VALUES and name in HOMES:
        return f"{said}: write {HOMES[name]}"
    if owner in _VALUES and hasattr(np, name):
        return f"{said}: write np.… or lab.… with the array in brackets"
    return said
