from __future__ import annotations

from pathlib import Path

from rag.records import AsideKind
from tests.readers.lawful import aside, read, shape

TEXT = """\
=======
Install
=======

:Author: Ann Lee

First *do* this, then
that with ``pip install x``. See `the site <https://x.example>`_ and :ref:`more <label>`.

.. note:: Take care.

.. _label:

Steps
=====

1. One
2. Two

   .. code-block:: bash

      make all
      make test

* a

  * b

term
   What it means.

-v   verbose

+------+-----+
| Port | Use |
+======+=====+
| 8450 | Web |
+------+-----+

    quoted

.. toctree::

   a

.. seealso::
   Something new here.

.. include:: /etc/hostname

.. a comment
"""


def test_the_structure_of_a_document(tmp_path: Path) -> None:
    document = read(tmp_path, TEXT, "a.rst")
    assert document.title == "Install"
    assert document.metadata["author"] == "Ann Lee"
    assert shape(document) == [
        ("heading", 1, "Install"),
        ("paragraph", 0, "First do this, then that with pip install x. See the site and more."),
        ("paragraph", 0, "Take care."),
        ("heading", 2, "Steps"),
        ("item", 1, "1. One"),
        ("item", 1, "2. Two"),
        ("code", 0, "make all\nmake test"),
        ("item", 1, "a"),
        ("item", 2, "b"),
        ("term", 0, "term"),
        ("definition", 0, "What it means."),
        ("term", 0, "-v"),
        ("definition", 0, "verbose"),
        ("columns", 0, "Port | Use"),
        ("row", 0, "8450 | Web"),
        ("quote", 1, "quoted"),
        ("paragraph", 0, "Something new here."),
    ]
    assert aside(document, AsideKind.LINK) == ["https://x.example"]
    assert aside(document, AsideKind.COMMENT) == ["a comment"]
    # No file is ever read in: neither its name nor what it holds shows.
    assert "hostname" not in document.text


def test_a_damaged_text_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    text = "Title\n==\n\n*unclosed and `broken\n\n.. unknown:: x\n   kept\n\n:nosuch:`words`\n"
    document = read(tmp_path, text, "a.rst")
    for word in ("unclosed", "broken", "kept", "words"):
        assert word in document.text
