"""The still of Playground: the loss, and a probe text with the gates of the net as it is now."""

import numpy as np

from .._validate import as_words
from ..names import NAMES
from .steps import label_steps
from .style import FAINT, GATE_MAP, SIGNED_MAP, Still, symmetric_limit

__all__ = ["playground"]


def playground(arrays, text, answer, truth, losses=(), shadow=(), signed=False):
    """Playground's still: loss against updates, then each gate and state over a text.

    arrays         name to (T, H)
    answer, truth  (T,) what is said and what is right, None where nothing is asked; the wrong
                   are framed in red
    losses         [(update, loss), …]; `shadow` those of the run before
    signed         whether the remember gate lies in [−1, 1]

    Returns (fig, axes), the loss's axes first.
    """
    text = as_words("text", text)
    names = list(arrays) if len(text) else []
    tall = [0.3 + 0.09 * arrays[name].shape[1] for name in names]
    fig = Still(figsize=(9, 2 + 0.9 * sum(tall)), layout="constrained")
    axes = fig.subplots(1 + len(names), 1, squeeze=False, height_ratios=[1.6, *tall])[:, 0]
    _loss(axes[0], losses, shadow)
    for ax, name in zip(axes[1:], names, strict=True):
        gate = NAMES[name].is_gate and not (signed and name == "remember")
        limit = symmetric_limit(arrays[name]) if name == "c" else 1
        cmap, low = (GATE_MAP, 0) if gate else (SIGNED_MAP, -limit)
        ax.imshow(arrays[name].T, cmap=cmap, vmin=low, vmax=limit, aspect="auto")
        ax.set_yticks([])
        hue = NAMES[name].colour or FAINT
        ax.set_ylabel(NAMES[name].word, rotation=0, ha="right", va="center", color=hue)
        for t, (said, right) in enumerate(zip(answer, truth, strict=True)):
            if right is not None and said != right:
                ax.axvspan(t - 0.5, t + 0.5, fill=False, edgecolor="#c62828", linewidth=1.5)
        ax.set_xticks([])
    if names:
        label_steps(axes[-1].xaxis, text, 6.8, len(text))
    return fig, axes


def _loss(ax, losses, shadow):
    for points, style in ((shadow, {"color": FAINT, "ls": "--"}), (losses, {"color": "#1976d2"})):
        if len(points):
            n, loss = np.transpose(points)
            label = "the run before" if points is shadow else "loss"
            ax.plot(n, loss, label=label, **style)
    ax.set(yscale="log", ylim=(1e-3, 3), xlabel="updates", ylabel="loss")
    if len(losses) or len(shadow):
        ax.legend(loc="upper right", frameon=False, fontsize=8)
