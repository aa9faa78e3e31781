"""An LSTM that guesses a river from rain and temperature, and which of its cells hold the snow.

`python -m tools.river` trains it on rivers of which it is told the flow alone, and prints what
docs/river.md says. The snow and the soil of `lab.tasks.river` are never shown to it.
"""

import numpy as np
import torch
from torch import nn

import lstm_lab as lab
from lstm_lab.training.fitting import train_step

UNITS, DAYS, RIVERS, UPDATES = 16, 730, 32, 600


class Flow(nn.Module):
    """Rain and temperature (B, T, 2) to flow (B, T)."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, UNITS, batch_first=True)
        self.read = nn.Linear(UNITS, 1)

    def forward(self, x):
        return self.read(self.lstm(x)[0])[..., 0]


def tensors(rivers):
    """What the net reads, scaled to about 1, and the flow that it is to say."""
    x = np.stack([rivers.rain / 10, rivers.temperature / 10], -1)
    return torch.tensor(x, dtype=torch.float32), torch.tensor(rivers.flow, dtype=torch.float32)


def train(seed, updates=UPDATES):
    """A net after so many updates, each on rivers it has not seen."""
    torch.manual_seed(seed)
    rng, net = np.random.default_rng(seed), Flow()
    with torch.no_grad():
        net.lstm.bias_ih_l0[UNITS : 2 * UNITS] = 3  # remember for weeks from the start
    adam = torch.optim.Adam(net.parameters(), lr=0.01)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, updates)
    for _ in range(updates):
        x, flow = tensors(lab.tasks.river(RIVERS, DAYS, rng))
        train_step(net, adam, (net(x) - flow).square().mean(), max_grad_norm=1.0)
        falling.step()
    return net


def told(net, rivers):
    """(share of the flow's variance that is explained, {store: its units ranked})."""
    x, flow = tensors(rivers)
    with torch.no_grad(), lab.listen(net) as heard:
        error = (net(x) - flow).square().mean() / flow.var()
    runs = list(heard.trace("lstm").sequences())
    stores = {name: list(getattr(rivers, name)) for name in ("snow", "soil")}
    return 1 - float(error), {k: lab.units.rank(runs, v, of="c") for k, v in stores.items()}


def held(net, rivers, units):
    """What the flow loses when c of each unit is kept empty: share of its variance."""
    x, flow = tensors(rivers)

    def error(model):
        with torch.no_grad():
            return (model(x) - flow).square().mean() / flow.var()

    return lab.units.effect(net, "lstm", error, units, {"save": 0})


def main():
    unseen = lab.tasks.river(8, DAYS, rng=10_000)
    for seed in range(3):
        net = train(seed)
        explained, ranked = told(net, unseen)
        print(f"seed {seed}: {explained:.3f} of the flow's variance explained")
        for name, units in ranked.items():
            print(f"{name}: {units}")
        best = ranked["snow"][0].unit
        lost = dict(held(net, unseen, range(UNITS)))
        others = np.median([change for unit, change in lost.items() if unit != best])
        print(f"unit {best + 1} kept empty: {lost[best]:.3f} of it lost; the others {others:.3f}\n")


if __name__ == "__main__":
    main()
