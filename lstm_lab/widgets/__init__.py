"""Live figures: one .py (traits) and one .js (drawing) per figure, no build step."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "attention_map": ["AttentionMap"],
        "cell_player": ["CellPlayer"],
        "class_guesses": ["ClassGuesses"],
        "curves": ["Curves"],
        "highway": ["Highway"],
        "playground": ["Playground"],
        "soft_if": ["SoftIf"],
        "soft_switch": ["SoftSwitch"],
        "trace_explorer": ["TraceExplorer"],
        "unit_explorer": ["UnitExplorer"],
    },
)
