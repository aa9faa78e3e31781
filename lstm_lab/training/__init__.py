"""Training small nets, scoring them by exact match, and the nets that are shipped."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["fitting", "reading", "recipes", "scoring"],
    submod_attrs={
        "fitting": ["History", "Trained", "fit", "squared_error", "updates"],
        "reading": ["fit_text"],
        "recipes": [
            "RECIPES",
            "Counter",
            "Pairs",
            "Reader",
            "card",
            "load",
            "train",
            "training_texts",
        ],
        "scoring": ["choose_sharpness", "count_wrong", "first_failing_n", "members", "sharpen"],
    },
)
