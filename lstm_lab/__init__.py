"""lstm_lab: an LSTM that a class can take apart.

Importing it is cheap: a submodule loads when it is first used, and torch only where something is
trained or traced.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "biases",
        "check",
        "experiments",
        "gates",
        "gradients",
        "kin",
        "models",
        "names",
        "plots",
        "programs",
        "residual",
        "selfcheck",
        "seq2seq",
        "tasks",
        "training",
        "units",
        "widgets",
    ],
    submod_attrs={
        "cell": ["Cell"],
        "decompiling": ["NotReadable", "decompile"],
        "facts": ["Fact", "fact"],
        "_fresh": ["fresh"],
        "gates": [
            "hard_gate",
            "hard_if",
            "hard_mask",
            "hard_switch",
            "mask",
            "sharpen",
            "sigmoid",
            "soft_if",
            "soft_if_slope",
            "soft_switch",
        ],
        "holding": ["hold"],
        "listening": ["Heard", "listen"],
        "names": ["notation"],
        "selfcheck": ["self_check"],
        "traces": ["Trace"],
        "tracing": ["trace"],
        "widgets": [
            "AttentionMap",
            "CellPlayer",
            "ClassGuesses",
            "Curves",
            "Highway",
            "Playground",
            "SoftIf",
            "SoftSwitch",
            "TraceExplorer",
            "UnitExplorer",
        ],
    },
)
