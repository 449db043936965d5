"""Average the weights of two checkpoints of one training.

Usage: python training/average_checkpoints.py FIRST SECOND --share 0.6 --target CHECKPOINT

Between a reader and the same one trained on with other text lies one that is better than both on
most kinds of text (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    """Read the arguments and write the average; ``--share`` is that of the second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--share", type=float, default=0.6)
    parser.add_argument("--target", type=Path, required=True)
    arguments = parser.parse_args()
    first, second = (
        torch.load(path, weights_only=True) for path in (arguments.first, arguments.second)
    )
    share = arguments.share
    averaged = {
        key: (1 - share) * first[key].float() + share * value.float()
        if value.is_floating_point()
        else value
        for key, value in second.items()
    }
    torch.save(averaged, arguments.target)


if __name__ == "__main__":
    main()
