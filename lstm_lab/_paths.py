"""How `gradients` measures: a module's step by step Jacobians, multiplied from the end back."""

from collections.abc import Iterator

import numpy as np

from ._one_step import check_has_c, first_state, has_own_step, one_layer, stepper
from ._validate import as_numpy, check_one_of
from .cell import Cell

__all__ = ["Path", "check_room", "products"]

#: More bytes than this are not asked for.
MAX_BYTES = 2e9
#: Jacobians of so many numbers in all are held at a time …
BLOCK = 1 << 22
#: … and none of a state of more numbers than this: there each product takes its own way back.
WIDE = 128


def check_room(count, H, kinds=1):
    """Refuse matrices (count, H, H), `kinds` of them, that take more than MAX_BYTES."""
    size = 8 * kinds * count * H * H
    if size > MAX_BYTES:
        raise ValueError(
            f"{count} matrices of {H} × {H} take {size / 1e9:,.1f} GB, more than "
            f"{MAX_BYTES / 1e9:g}: take fewer steps, x[-n:], or `full_gain`, which needs none"
        )


def products(jacobians, rows=slice(None)) -> Iterator[np.ndarray]:
    """A_T A_{T-1} … A_{T-k+1} for k = 0 … T, of which only `rows` are wanted."""
    product = np.eye(len(jacobians[0]))[rows]
    yield product
    for A in jacobians[::-1]:
        product = product @ A
        yield product


class Path:
    """A module on its way through x, and the products of its Jacobians from the end back."""

    def __init__(self, module, x, state, of, layer):
        import torch

        check_one_of("of", of, ("h", "c"))
        self.of = of
        self.module, self.x, state = one_layer(module, x, state, layer)
        self.step, self.first = stepper(self.module), first_state(self.module, state)
        check_has_c(self.module, of)
        self.wide = sum(map(torch.numel, self.first)) > WIDE and not has_own_step(self.module)

    def filled(self, matrices) -> np.ndarray:
        """Matrices for k = 0 … T as one array, if there is room."""
        count, H = len(self.x) + 1, self.first[-1 if self.of == "c" else 0].shape[1]
        check_room(count, H)
        out = np.empty((count, H, H))
        for k, matrix in enumerate(matrices):
            out[k] = matrix
        return out

    def full(self) -> Iterator[np.ndarray]:
        """∂s_T/∂s_{T-k}, (H, H), for k = 0 … T."""
        P = self.first[0].shape[1]
        if self.of == "h":
            return (product[:, :P] for product in self._products(slice(0, P)))
        to_c, by_h = self._products(slice(P, None)), _h_of_c(self.module, self.x, self.first)
        return (to[:, P:] + h_of_c(to[:, :P]) for to, h_of_c in zip(to_c, by_h, strict=True))

    def direct(self) -> Iterator[np.ndarray]:
        """∂c_T/∂c_{T-k}, (H, H), with nothing through h."""
        P = self.first[0].shape[1]
        return (product[:, P:] for product in self._products(slice(P, None), fixed=slice(0, P)))

    def _products(self, rows, fixed=slice(0)) -> Iterator[np.ndarray]:
        """A_T A_{T-1} … A_{T-k+1} for k = 0 … T, of which only `rows` are wanted; the states
        `fixed` pass nothing on."""
        states = self._states()
        product = np.eye(states.shape[1])[rows]
        yield product
        for pull in self._pulls(states):
            product = pull(product)
            product[:, fixed] = 0
            yield product

    def _pulls(self, states):
        """For each step, the last first: what multiplies a product by its Jacobian."""
        steps = 1 if self.wide else max(1, BLOCK // states.shape[1] ** 2)
        for stop in range(len(self.x), 0, -steps):
            block = slice(max(stop - steps, 0), stop)
            if self.wide:
                yield lambda rows, block=block: self._pull(rows, self.x[block], states[block])
                continue
            for A in self._jacobians(self.x[block], states[block], states[1:][block])[::-1]:
                yield lambda rows, A=A: rows @ A

    def _states(self):
        """(T + 1, S) every state that is met, h and then c."""
        import torch

        from ._threads import one_thread

        states = [self.first]
        with torch.no_grad(), one_thread(when=not self.wide):
            for row in self.x:
                states.append(self.step(row[None], states[-1]))
        return torch.cat([torch.cat(state, dim=1) for state in states])

    def _parts(self, states):
        """States (B, S) as what a step takes."""
        return states.split([part.shape[1] for part in self.first], dim=1)

    def _jacobians(self, x, before, after) -> np.ndarray:
        """(n, S, S) ∂s_t/∂s_{t-1} of n steps at once, as autograd finds it: a batch of one step."""
        import torch

        from ._threads import one_thread

        rows = []
        with one_thread():
            before, again = self._once_more(x, before)  # (n, S)
            _demand_same(again.detach(), after)
            for column in again.sum(dim=0):  # of the sum over steps, each step's row is its own
                (slopes,) = torch.autograd.grad(
                    column, before, retain_graph=True, allow_unused=True, materialize_grads=True
                )
                rows.append(slopes)
        return as_numpy(torch.stack(rows, dim=1))

    def _pull(self, rows, x, before) -> np.ndarray:
        """rows (R, S) times the Jacobian of one step, which is never written down: R gradients that
        go back side by side."""
        import torch

        before, after = self._once_more(x, before)  # (1, S)
        given = after.new_tensor(rows)[:, None]
        return as_numpy(torch.autograd.grad(after, before, given, is_grads_batched=True)[0][:, 0])

    def _once_more(self, x, before):
        """States (n, S) that a gradient can reach, and those after one step from them."""
        import torch

        before = before.clone().requires_grad_()
        with torch.enable_grad():
            return before, torch.cat(self.step(x, self._parts(before)), dim=1)


def _demand_same(again, states):
    """Refuse a module that is called twice and gives two states, as dropout in train mode does."""
    import torch

    if not torch.allclose(again, states, rtol=1e-3, atol=1e-5, equal_nan=True):
        raise ValueError(
            "this module gives another state when it is called again (dropout or the like in train "
            "mode), so it has no one gradient: say module.eval() first"
        )


def _h_of_c(module, x, first):
    """What multiplies rows (R, P) by ∂h_{T-k}/∂c_{T-k}, for k = 0 … T: h = o ⊗ tanh(c), and P of
    it; the first h is given."""
    cell = Cell.from_torch(module)
    h0, c0 = (as_numpy(part[0]) for part in first)
    run = cell.run(as_numpy(x), h0, c0)
    slopes = run.focus * (1 - np.tanh(run.c) ** 2)  # (T, H)
    for slope in [*slopes[::-1], 0 * slopes[0]]:
        yield lambda rows, slope=slope: (rows if cell.W_p is None else rows @ cell.W_p) * slope
