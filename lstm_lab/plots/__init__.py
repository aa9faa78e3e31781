"""Stills: one matplotlib picture per function, each returning (fig, ax) and taking data only."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "attention": ["attention_map"],
        "conditionals": ["gate_slopes", "soft_if", "soft_switch"],
        "counters": ["first_failures", "states"],
        "learning": ["playground"],
        "paths": ["gradients", "highway"],
        "answers": ["guesses"],
        "experiments": ["accuracy_by_lag", "learning_curves", "updates_to_goal"],
        "traces": ["cell_player", "heatmaps", "saturation", "trace_explorer", "unit"],
        "units": ["unit_explorer"],
        "seq2seq": ["exact_by_length", "sharpening"],
    },
)
