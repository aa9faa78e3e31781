"""`python -m lstm_lab`: the self-check, for pasting into a bug report."""

import sys

from .selfcheck import report

sys.exit(0 if report() else 1)
