"""Four recurrences from one candidate F, side by side: by hand, and as torch modules.

rnn       h = F
residual  h = h + F
gated     h = f ⊗ h + (1 - f) ⊗ F
lstm      c = f ⊗ c + i ⊗ F, h = o ⊗ tanh(c)
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["by_hand", "modules"],
    submod_attrs={
        "by_hand": ["RECURRENCES", "random_cell", "recurrence_paths"],
        "modules": ["GatedResidualCell", "ResidualCell", "recurrences"],
    },
)
