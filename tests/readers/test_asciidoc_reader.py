from __future__ import annotations

from pathlib import Path

from rag.records import AsideKind, BlockKind
from tests.readers.lawful import aside, read, shape, texts

TEXT = """\
= Guide
Ann Lee <ann@x.example>
:version: 4.2

== Install

To install version {version}, run the *following*
command in a `shell`:

[source,bash]
----
make all  <1>
----

NOTE: See https://x.example[the site].

* one
** two
* three

== Steps

. first
. second
+
continued

term:: the meaning
of it
other::
  another meaning

.Ports
[cols="1,1", options="header"]
|===
|Port |Use

|8450 |Web
|8451
|API
|===

[WARNING]
====
Do _not_ touch.
====

// comment
See <<ports,Ports>>.
"""


def test_the_structure_of_a_document(tmp_path: Path) -> None:
    document = read(tmp_path, TEXT, "a.adoc")
    assert document.title == "Guide"
    assert document.metadata["author"] == "Ann Lee"
    assert shape(document) == [
        ("heading", 1, "Guide"),
        ("heading", 2, "Install"),
        ("paragraph", 0, "To install version 4.2, run the following command in a shell:"),
        ("code", 0, "make all"),
        ("paragraph", 0, "See the site."),
        ("item", 1, "one"),
        ("item", 2, "two"),
        ("item", 1, "three"),
        ("heading", 2, "Steps"),
        ("item", 1, "1. first"),
        ("item", 1, "2. second"),
        ("paragraph", 0, "continued"),
        ("term", 0, "term"),
        ("definition", 0, "the meaning of it"),
        ("term", 0, "other"),
        ("definition", 0, "another meaning"),
        ("paragraph", 0, "Ports"),
        ("columns", 0, "Port | Use"),
        ("row", 0, "8450 | Web"),
        ("row", 0, "8451 | API"),
        ("paragraph", 0, "Do not touch."),
        ("paragraph", 0, "See Ports."),
    ]
    assert [b.marker for b in document.blocks if b.kind is BlockKind.CODE] == ["bash"]
    assert aside(document, AsideKind.LINK) == ["https://x.example"]
    assert aside(document, AsideKind.COMMENT) == ["comment"]


def test_a_block_that_is_never_closed_ends_with_the_file(tmp_path: Path) -> None:
    document = read(tmp_path, "= T\n\n----\ncode\n\nmore\n", "a.adoc")
    assert texts(document, BlockKind.CODE) == ["code\n\nmore"]
