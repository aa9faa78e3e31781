"""A net that others trained, taken apart: `python -m tools.published_net PACKAGE.tar.gz [TEXT]`.

textgenrnn 2.0.0 (Woolf, MIT licence) is a package on PyPI with a net that guesses the next
character of headlines: 465 characters, an embedding, two LSTMs of 128 units, a weighted average
over the 40 steps that it sees. `pip download --no-deps textgenrnn==2.0.0` brings it; its weights
are read by h5py, which the lab does not need. docs/published_net.md says what was found.
"""

import io
import json
import sys
import tarfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

import lstm_lab as lab

#: The net sees so many characters.
SEEN = 40
#: Text with quotation marks that the net was not trained on, where no other is given.
TEXT = Path(__file__).parents[1] / "docs" / "teaching.md"


class Headlines(nn.Module):
    """The net as its authors wrote it, in torch."""

    def __init__(self, weights):
        super().__init__()
        tensor = {name: torch.tensor(value) for name, value in weights.items()}
        self.embedding = nn.Embedding.from_pretrained(tensor["embedding.embeddings"])
        for name in ("rnn_1", "rnn_2"):
            parts = (weights[f"{name}.{part}"] for part in ("kernel", "recurrent_kernel", "bias"))
            setattr(self, name, lab.Cell.from_keras(*parts).to_torch().float())
        self.attention = tensor["attention.attention_W"][:, 0]
        self.kernel, self.bias = tensor["output.kernel"], tensor["output.bias"]

    def forward(self, codes):
        """Log probabilities (B, 465) of what follows codes (B, 40)."""
        embedded = self.embedding(codes.T)
        first, _ = self.rnn_1(embedded)
        second, _ = self.rnn_2(first)
        seen = torch.cat([embedded, first, second], -1)
        mask = torch.softmax(seen @ self.attention, 0)
        context = lab.soft_switch(mask[..., None].expand_as(seen), seen)
        return torch.log_softmax(context @ self.kernel + self.bias, -1)


def load(path):
    """(the net, its vocabulary) out of the package's archive."""
    import h5py

    with tarfile.open(path) as archive:
        files = {Path(m.name).name: archive.extractfile(m) for m in archive if m.isfile()}
        vocabulary = json.load(files["textgenrnn_vocab.json"])
        weights = {}
        with h5py.File(io.BytesIO(files["textgenrnn_weights.hdf5"].read())) as stored:
            stored.visititems(lambda name, it: _keep(weights, name, it))
    return Headlines(weights).eval(), vocabulary


def _keep(weights, name, it):
    if hasattr(it, "shape"):
        layer, *_, part = name.split("/")
        weights[f"{layer}.{part.partition(':')[0]}"] = np.array(it)


def inside_quotes(text):
    """For each character whether it stands between straight marks, the closing one left out."""
    return np.cumsum([c == '"' for c in text]) % 2 == 1


def main(path, read=TEXT):
    net, vocabulary = load(path)
    text = " ".join(Path(read).read_text("utf-8").replace("*", "").replace("`", "").split())
    codes = torch.tensor([vocabulary.get(character, 0) for character in text])
    windows, after = codes.unfold(0, SEEN, 1)[:-1], codes[SEEN:]
    with torch.no_grad(), lab.listen(net) as heard:
        bits = -net(windows).gather(1, after[:, None])[:, 0] / np.log(2)
    print(
        f"{len(after):,} characters, {bits.mean():.2f} bits each, {bits.median():.2f} in the middle"
    )
    inside = inside_quotes(text)[SEEN - 1 : -1]
    ranked = {}
    for name in heard:
        run = heard.trace(name)
        last = lab.Trace({key: run[key][-1] for key in ("c", "h")})  # at the last step it sees
        ranked[name] = lab.units.rank(last, inside)
        print(f"{name}: {ranked[name]}")
    best = ranked["rnn_1"][0].unit
    closing = np.flatnonzero(np.array([text[k + SEEN] == '"' for k in range(len(inside))]) & inside)
    marks, mark = windows[torch.tensor(closing)], vocabulary['"']

    def expected(model):
        with torch.no_grad():
            return model(marks)[:, mark].exp().mean()

    free = float(expected(net))
    others = range(0, 128, 9)
    held = lab.units.effect(net, "rnn_1", expected, [best, *others], {"save": 0})
    print(f"{len(closing)} closing marks, expected with {free:.3f}; with a unit's save held at 0:")
    for unit, change in held:
        print(f"  unit {unit + 1:<4} {(free + change) / free:.3f} times as much")


if __name__ == "__main__":
    main(*sys.argv[1:])
