"""What README and the notebooks claim about speed, measured; ratios within one run."""
