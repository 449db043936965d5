"""``python -m rag`` is ``rag``."""

from __future__ import annotations

import sys

from rag.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
