"""Plain words for what Python, NumPy and torch say where a student's function raises."""

import re

__all__ = ["plain_words"]

#: A pattern in what was raised, the kind of mistake in one word, and what it means here.
WORDS = (
    (r"operand.*\^|bitwise_xor|\bxor\b", "power", "a power is `**` in Python; `^` is another "
     "thing"),
    (r"ufunc 'invert'|unary ~|bitwise_not", "invert", "`~` is for True and False; what a gate "
     "leaves over is 1 - g"),
    (r"truth value of an array|Boolean value of Tensor", "truth", "Python's `if`, `and` and "
     "`not` take one truth "
     "value; here each element has its own"),
    (r"could not be broadcast|must match the size", "shape", "the shapes do not fit: a matrix "
     "times a vector is `@`, "
     "and one weight for each row needs a second axis, m[:, None]"),
    (r"core dimension|not aligned|cannot be multiplied|size mismatch|inconsistent tensor", "shape",
     "the inner sizes of `@` differ; which comes first?"),
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
    (r"out of bounds|index out of range|too many indices", "index", "there is no such place: "
     "places are counted from 0"),
    (r"must be string|expected str|can only concatenate str|string indices", "text",
     "a text and a number do not go together"),
    (r"only integer scalar arrays can be converted|string indices must be integers", "index",
     "a text takes one place at a time: source[k] for each k, joined"),
    (r"maximum recursion", "recursion", "the function calls itself and never ends"),
    (r"division by zero", "zero", "something is divided by 0"),
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
    if "positional argument" in said or "unexpected keyword" in said:
        return "arguments", f"{said}: it is called as {call or 'the exercise says'}"
    if isinstance(error, AttributeError):
        return "attribute", f"{said}: write np.… or lab.… with the array in brackets"
    for pattern, kind, meaning in WORDS:
        if re.search(pattern, said):
            return kind, meaning
    return "", said


def _unknown(names) -> str:
    home = HOMES.get(names[0])
    if home:
        return f"`{names[0]}` is not known: write {home}"
    return f"`{names[0]}` is not known: is it spelt as in the call?"
