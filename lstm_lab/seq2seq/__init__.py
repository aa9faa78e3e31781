"""An encoder, a decoder and attention between them: the net, its maps, and how it is trained."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["maps", "model", "training"],
    submod_attrs={
        "maps": ["Alignment", "ablate", "alignment", "intervene", "reroute"],
        "model": ["Attention", "Decoded", "Seq2Seq", "twin_without_attention"],
        "training": ["alignment_score", "exact_match", "fit", "held_out"],
    },
)
