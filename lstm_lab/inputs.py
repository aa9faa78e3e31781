"""Bad input gets one clear error: what was given, what is allowed, what to do."""

import numpy as np


def is_torch(value) -> bool:
    """True for a torch tensor, without importing torch."""
    return type(value).__module__.partition(".")[0] == "torch"


def numbers(name: str, value):
    """`value` as an array of finite real numbers; a torch tensor stays what it is.

    Integers become float64; float32 stays float32. Raises TypeError for what is no number and
    ValueError for NaN or infinity, naming the first bad element.
    """
    array = _floating(value) if is_torch(value) else _numpy(name, value)
    finite = _as_numpy(array)
    if not np.isfinite(finite).all():
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(finite))[0])
        raise ValueError(
            f"{element(name, where)} is {finite[where]}: every element must be a finite number"
        )
    return array


def alike(**named) -> list:
    """Several arrays of finite numbers; if one is a torch tensor, all become tensors like it."""
    arrays = [numbers(name, value) for name, value in named.items()]
    tensor = next(filter(is_torch, arrays), None)
    if tensor is None:
        return arrays
    return [array if is_torch(array) else tensor.new_tensor(array) for array in arrays]


def _floating(tensor):
    return tensor if tensor.is_floating_point() else tensor.double()


def _numpy(name, value):
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} has rows of different lengths: make them equal") from None
    if array.dtype.kind in "biu":
        return array.astype(float)
    if array.dtype.kind != "f":
        raise TypeError(f"{name} must hold real numbers, but {value!r} was given")
    return array


def _as_numpy(array):
    return array.detach().cpu().double().numpy() if is_torch(array) else array


def element(name: str, where: tuple[int, ...]) -> str:
    """`gate[2]`, `cases[0, 1]`, or the bare name of a scalar."""
    return f"{name}[{', '.join(map(str, where))}]" if where else name


def unit_interval(name: str, array, hint: str):
    """Refuse what is not in [0, 1], naming the first such element; `hint` says what to do."""
    values = _as_numpy(array)
    outside = (values < 0) | (values > 1)
    if outside.any():
        where = tuple(int(k) for k in np.argwhere(outside)[0])
        raise ValueError(
            f"{element(name, where)} is {float(values[where]):g}, "
            f"but a {name} lies in [0, 1]: {hint}"
        )


def same_shape(**arrays):
    """Refuse arrays whose shapes differ, listing them all."""
    shapes = {name: tuple(array.shape) for name, array in arrays.items()}
    if len(set(shapes.values())) > 1:
        given = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"shapes differ: {given}. Give arrays of one shape, or say broadcast=True")


def choice(name: str, value, allowed):
    """Refuse a value that is not one of `allowed`."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, but must be one of {', '.join(map(repr, allowed))}")


def factor(name: str, value) -> float:
    """A finite number ≥ 0, such as a sharpness, as a float."""
    number = numbers(name, value)
    if number.ndim:
        raise TypeError(f"{name} must be a single number, but has shape {tuple(number.shape)}")
    if number < 0:
        raise ValueError(f"{name} is {float(number):g}, but must be 0 or more")
    return float(number)
