"""Bad input gets one clear error: what was given, what is allowed, what to do."""

import os
import re
from pathlib import Path

import numpy as np

#: How far arithmetic may carry a gate out of [0, 1].
ROUNDING = 1e-6
#: So much of a value is told in a message: characters of its text, or numbers of an array.
MOST_SHOWN, FEW = 60, 6
#: Where an object lies in memory: other at every run, and nothing to a reader.
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
#: Of the values that are allowed, so many are listed.
MOST_CHOICES = 12


def shown(value) -> str:
    """A value as a message of one line tells it: what it is, or its shape or beginning if long."""
    if hasattr(value, "shape") and np.prod(tuple(value.shape)) > FEW:
        dtype = str(getattr(value, "dtype", "")).removeprefix("torch.")
        return f"{type(value).__name__} {tuple(value.shape)} of {dtype}"
    text = ADDRESS.sub("", " ".join(repr(value).splitlines()))
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]} … ({len(text):,} characters)"


def is_torch(value) -> bool:
    """True for a torch tensor, without importing torch."""
    return type(value).__module__.startswith("torch") and hasattr(value, "is_floating_point")


def as_finite(name: str, value):
    """`value` as an array of finite real numbers; a torch tensor stays what it is.

    Integers become float64; float32 stays float32. Raises TypeError for what is no number and
    ValueError for NaN or infinity, naming the first bad element.
    """
    values = as_real(name, value)
    with np.errstate(all="ignore"):
        total = as_numpy(values.sum())  # NaN or infinite if any element is, and quick to find
    if not np.isfinite(total) and not np.isfinite(plain := as_numpy(values)).all():
        where = _first(~np.isfinite(plain))
        raise ValueError(
            f"{element(name, where)} is {plain[where]}: every element must be a finite number"
        )
    return values


def as_real(name: str, value):
    """`value` as an array of real numbers, NaN and infinity among them; a tensor stays one."""
    return _floating(name, value) if is_torch(value) else _numpy(name, value)


def as_common(**named) -> list:
    """Several arrays of finite numbers; if one is a torch tensor, all become tensors like it."""
    arrays = [as_finite(name, value) for name, value in named.items()]
    tensor = next(filter(is_torch, arrays), None)
    if tensor is None:
        return arrays
    return [array if is_torch(array) else tensor.new_tensor(array) for array in arrays]


def _floating(name, tensor):
    if tensor.is_complex():
        raise TypeError(f"{name} must hold real numbers, but is {tensor.dtype}")
    return tensor if tensor.is_floating_point() else tensor.double()


def _numpy(name, value):
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} has rows of different lengths: make them equal") from None
    if array.dtype.kind in "biu":
        return array.astype(float)
    if array.dtype.kind != "f":
        raise TypeError(f"{name} must hold real numbers, but {shown(value)} was given")
    return array


def as_numpy(array):
    """A NumPy array of the values; float64 if it was a tensor."""
    return array.detach().cpu().double().numpy() if is_torch(array) else array


def _first(found) -> tuple[int, ...]:
    """Where the first True stands."""
    return tuple(int(k) for k in np.argwhere(found)[0])


def element(name: str, where: tuple[int, ...]) -> str:
    """`gate[2]`, `cases[0, 1]`, or the bare name of a scalar."""
    return f"{name}[{', '.join(map(str, where))}]" if where else name


def check_unit_interval(name: str, array, hint: str):
    """Refuse what is not in [0, 1] (but for rounding), naming the first such element."""
    values = as_numpy(array)
    outside = (values < -ROUNDING) | (values > 1 + ROUNDING)
    if outside.any():
        where = _first(outside)
        raise ValueError(
            f"{element(name, where)} is {float(values[where]):g}, "
            f"but a {name} lies in [0, 1]: {hint}"
        )


def check_same_shape(hint="", **arrays):
    """Refuse arrays whose shapes differ, listing them all; `hint` says what else could be done."""
    shapes = {name: tuple(array.shape) for name, array in arrays.items()}
    if len(set(shapes.values())) > 1:
        given = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"shapes differ: {given}. Give arrays of one shape{hint}")


def check_ndim(name: str, array, count: int):
    """Refuse an array that has not `count` axes, or none of any length."""
    wanted = {1: "a row of numbers", 2: "rows of numbers"}[count]
    if array.ndim != count or 0 in array.shape:
        raise ValueError(f"{name} must be {wanted}, but has shape {tuple(array.shape)}")


def check_one_of(name: str, value, allowed):
    """Refuse a value that is not one of `allowed`; neither an array nor True ever is."""
    if getattr(value, "ndim", 0) or isinstance(value, bool) or value not in allowed:
        told = [*map(repr, allowed)]
        some = ", ".join(told if len(told) <= MOST_CHOICES else [*told[:MOST_CHOICES], "…"])
        raise ValueError(f"{name} is {shown(value)}, but must be one of {some}")


def as_int(name: str, value, least=1, most=None) -> int:
    """A whole number, `least` or more, and `most` at the most."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, but {shown(value)} was given")
    if value < least:
        raise ValueError(f"{name} is {value}, but must be {least} or more")
    if most is not None and value > most:
        raise ValueError(f"{name} is {value}, but must be {most:,} or less")
    return int(value)


def as_index(name: str, value, end) -> int:
    """A whole number that counts from 0 and stays below `end`."""
    if as_int(name, value, least=0) >= end:
        raise ValueError(f"{name} is {value}, but must be 0 to {end - 1}")
    return int(value)


def as_float(name: str, value) -> float:
    """One finite number."""
    return float(_single(name, value))


def as_positive(name: str, value) -> float:
    """One finite number above 0, such as a learning rate."""
    single = as_float(name, value)
    if single <= 0:
        raise ValueError(f"{name} is {single:g}, but must be above 0")
    return single


def as_nonnegative(name: str, value):
    """A finite number ≥ 0, such as a sharpness: a float, or a torch tensor as it is."""
    single = _single(name, value)
    if single < 0:
        raise ValueError(f"{name} is {float(single):g}, but must be 0 or more")
    return single if is_torch(single) else float(single)


def _single(name, value):
    array = as_finite(name, value)
    if array.ndim:
        raise TypeError(f"{name} must be a single number, but has shape {tuple(array.shape)}")
    return array


def as_list(name: str, value, what: str) -> list:
    """What can be gone through, as a list; a text is one thing, not a list of characters."""
    if not isinstance(value, str):
        try:
            return list(value)
        except TypeError:
            pass
    raise TypeError(f"{name} must be a list of {what}, but {shown(value)} was given")


def as_dict(name: str, value, what: str) -> dict:
    """Refuse what is not a dict of at least one name; `what` says what each name stands for."""
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be a dict, a name to {what}, but {shown(value)} was given")
    if not value:
        raise ValueError(f"{name} is empty: give at least one name with its {what}")
    return value


def as_words(name: str, value) -> list[str]:
    """A text as its characters, or a list as the words that it holds."""
    if not hasattr(value, "__iter__"):
        raise TypeError(f"{name} must be a text or a list of words, not {shown(value)}")
    return [as_writable(name, str(word)) for word in value]


def as_text(name: str, value) -> str:
    """A string as it is."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {shown(value)}")
    return value


def as_writable(name: str, text: str) -> str:
    """A text that a file can hold: half of a character, as a broken text has it, cannot."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{name} has {text[error.start]!r}, half of a character: read the text anew, as UTF-8, "
            "or take text.encode(errors='replace').decode()"
        ) from None
    return text


def as_folder(folder, hint="make it first, or name another") -> Path:
    """A folder that is there."""
    named = isinstance(folder, str | os.PathLike)
    if not named or not Path(folder).is_dir():
        told = repr(str(folder)) if named else shown(folder)
        raise ValueError(f"there is no folder {told}: {hint}")
    return Path(folder)


def check_callable(name: str, value, needed=False):
    """Refuse what cannot be called; None stands for nothing to call, unless one is needed."""
    if not callable(value) and (needed or value is not None):
        allowed = "a function" if needed else "a function, or None"
        raise TypeError(f"{name} must be {allowed}, but {shown(value)} was given")


def as_generator(rng, name="rng") -> np.random.Generator:
    """A numpy Generator: as it was given, from a seed, or from no seed at all (None)."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} must be a seed, a whole number of 0 or more, or a numpy Generator, "
            f"but {shown(rng)} was given"
        ) from None
