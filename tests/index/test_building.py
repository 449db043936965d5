from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import (
    DocumentError,
    IndexCorrupt,
    IndexMismatch,
    IndexNotFound,
    IndexNotWritable,
    ModelError,
    UnreadableDocument,
    UnsupportedDocument,
)
from rag.index import check_index, remove_documents
from rag.index import pipeline as pipeline_module


def line(identity, text, title="", **metadata):
    return {"id": identity, "title": title, "text": text, **metadata}


def long_text(word, paragraphs=3):
    return "\n\n".join(
        f"{word}的第{n}段。这里写着{word}{n}的事情，一共有好几句话。完。" for n in range(paragraphs)
    )


def test_text_and_passages_come_back_exactly(workshop):
    text = long_text("长城") + "\n\n" + long_text("黄河") + "  \n尾声  "
    workshop.write("a.txt", text)
    report = workshop.build()
    assert (report.added, report.documents, report.refused) == (1, 1, ())
    with workshop.open() as index:
        document = index.document("a.txt")
        assert document.text.split() == text.split()
        passages = index.passages_of("a.txt")
        assert report.passages == index.passage_count == len(passages)
        assert report.vectors == index.info()["vectors"] >= len(passages)
        for ordinal, passage in enumerate(passages):
            assert passage.id == f"a.txt#{ordinal}"
            assert passage.text == document.text[passage.start : passage.end]
    assert check_index(workshop.directory).problems == ()


def test_unchanged_sources_are_not_embedded_again(workshop):
    workshop.write("a.txt", long_text("长城"))
    workshop.write("b.jsonl", [line("x", long_text("黄河")), line("y", long_text("长江"))])
    first = workshop.build()
    assert (first.added, first.unchanged) == (3, 0)
    embedded = workshop.embedder.embedded
    names = sorted(workshop.directory.iterdir())
    again = workshop.build()
    assert (again.added, again.unchanged, again.replaced, again.removed) == (0, 3, 0, 0)
    assert (again.documents, again.passages) == (first.documents, first.passages)
    assert workshop.embedder.embedded == embedded
    assert sorted(workshop.directory.iterdir()) == names


def test_a_changed_line_of_a_corpus_is_all_that_is_embedded(workshop):
    lines = [line(f"d{n}", f"第{n}篇文档讲的是第{n}件事情。") for n in range(200)]
    workshop.write("c.jsonl", lines)
    workshop.build()
    before = workshop.embedder.embedded
    lines[17] = line("d17", "换成了全新的内容，与之前没有关系。")
    del lines[100]
    lines.append(line("new", "新来的一篇文档。"))
    workshop.write("c.jsonl", lines)
    report = workshop.build()
    # The lines below the one that went stand elsewhere now; nothing is embedded for that.
    counts = (report.added, report.unchanged, report.replaced, report.removed)
    assert counts == (1, 99, 100, 1)
    assert workshop.embedder.embedded == before + 2
    contents = workshop.contents()
    assert contents["d17"] == "换成了全新的内容，与之前没有关系。"
    assert "d100" not in contents
    assert len(contents) == 200
    assert check_index(workshop.directory).problems == ()


def test_a_changed_paragraph_is_all_that_is_embedded(workshop):
    paragraphs = [f"第{n}段讲述了第{n}件重要的事情，内容相当长，足以自成一段。" for n in range(30)]
    workshop.write("a.txt", "\n\n".join(paragraphs))
    workshop.build()
    before = workshop.embedder.embedded
    paragraphs[12] = "这一段被完全改写了，现在讲述的是另外一件事情，与原来没有任何关系。"
    workshop.write("a.txt", "\n\n".join(paragraphs))
    report = workshop.build()
    assert (report.replaced, report.documents) == (1, 1)
    assert workshop.embedder.embedded == before + 1
    assert check_index(workshop.directory).problems == ()


def test_identical_documents_are_stored_once_and_every_path_is_remembered(workshop):
    text = long_text("长城")
    for name in ("b/one.txt", "a/two.txt", "c.txt"):
        workshop.write(name, text)
    report = workshop.build()
    assert (report.added, report.duplicates, report.documents) == (1, 2, 1)
    with workshop.open() as index:
        (summary,) = index.documents()
    assert len(summary.paths) == 3
    assert summary.source in summary.paths
    again = workshop.build()
    assert (again.unchanged, again.added, again.duplicates) == (3, 0, 0)


def test_the_document_survives_the_path_it_was_named_after(workshop):
    text = long_text("长城")
    workshop.write("a.txt", text)
    workshop.write("b.txt", text)
    workshop.build()
    assert list(workshop.contents()) == ["a.txt"]
    embedded = workshop.embedder.embedded
    (workshop.sources / "a.txt").unlink()
    assert workshop.build().removed == 0
    report = workshop.build(remove_missing=True)
    assert (report.removed, report.documents) == (0, 1)
    assert workshop.contents() == {"b.txt": text}
    with workshop.open() as index:
        (summary,) = index.documents()
        assert summary.paths == (str(workshop.sources / "b.txt"),)
        assert index.passages_of("b.txt")[0].source == summary.source
    assert workshop.embedder.embedded == embedded
    assert check_index(workshop.directory).problems == ()


def test_one_of_two_copies_changes(workshop):
    workshop.write("a.txt", long_text("长城"))
    workshop.write("b.txt", long_text("长城"))
    workshop.build()
    workshop.write("a.txt", long_text("黄河"))
    report = workshop.build()
    assert (report.replaced, report.documents) == (1, 2)
    assert workshop.contents() == {"a.txt": long_text("黄河"), "b.txt": long_text("长城")}
    workshop.write("a.txt", long_text("长城"))
    report = workshop.build()
    assert (report.duplicates, report.documents) == (1, 1)
    assert workshop.contents() == {"b.txt": long_text("长城")}


def test_a_moved_file_is_not_embedded_again(workshop):
    workshop.write("old/a.txt", long_text("长城"))
    workshop.build()
    embedded = workshop.embedder.embedded
    (workshop.sources / "old" / "a.txt").rename(workshop.sources / "b.txt")
    report = workshop.build(remove_missing=True)
    assert report.documents == 1
    assert workshop.contents() == {"b.txt": long_text("长城")}
    assert workshop.embedder.embedded == embedded


def test_corpus_documents_with_different_ids_are_kept_apart(workshop):
    text = long_text("长城")
    workshop.write("c.jsonl", [line("x", text), line("y", text)])
    workshop.write("same.txt", text)
    report = workshop.build()
    assert (report.added, report.duplicates) == (3, 0)
    assert set(workshop.contents()) == {"x", "y", "same.txt"}


def test_the_same_corpus_document_in_two_files_is_stored_once(workshop):
    workshop.write("a.jsonl", [line("x", "同一篇文档。", date="2024")])
    workshop.write("b.jsonl", [line("x", "同一篇文档。", date="2024"), line("y", "另一篇文档。")])
    report = workshop.build()
    assert (report.added, report.duplicates, report.documents) == (2, 1, 2)
    (workshop.sources / "a.jsonl").unlink()
    report = workshop.build(remove_missing=True)
    assert (report.removed, report.documents) == (0, 2)
    with workshop.open() as index:
        assert index.document("x").source == f"{workshop.sources}/b.jsonl#x"


def test_one_corpus_id_for_two_texts_is_refused_by_name(workshop):
    workshop.write("a.jsonl", [line("x", "第一篇文档的文字。")])
    workshop.write("b.jsonl", [line("x", "完全不同的文字。"), line("y", "另一篇文档。")])
    report = workshop.build()
    assert (report.added, len(report.refused)) == (2, 1)
    refusal = report.refused[0]
    assert refusal.path == str(workshop.sources / "b.jsonl")
    assert "'x'" in refusal.reason
    assert str(workshop.sources / "a.jsonl") in refusal.reason
    assert "'x'" in refusal.reason_chinese
    assert workshop.contents()["x"] == "第一篇文档的文字。"
    # Told again, though nothing has changed since.
    assert len(workshop.build().refused) == 1
    (workshop.sources / "a.jsonl").unlink()
    report = workshop.build(remove_missing=True)
    assert report.refused == ()
    assert workshop.contents() == {"x": "完全不同的文字。", "y": "另一篇文档。"}
    assert check_index(workshop.directory).problems == ()


def test_files_of_one_name_in_two_folders_both_get_in(workshop, tmp_path):
    workshop.write("p/report.txt", long_text("长城"))
    workshop.write("q/report.txt", long_text("黄河"))
    workshop.build(workshop.sources / "p")
    workshop.build(workshop.sources / "q")
    contents = workshop.contents()
    assert contents == {"report.txt": long_text("长城"), "q/report.txt": long_text("黄河")}
    # The ids stay, however the files are reached.
    report = workshop.build()
    assert report.unchanged == 2
    assert workshop.contents() == contents
    workshop.write("q/report.txt", long_text("长江"))
    workshop.build()
    assert workshop.contents()["q/report.txt"] == long_text("长江")


def test_refused_files_are_named_and_the_others_go_on(workshop):
    workshop.write("good.txt", long_text("长城"))
    workshop.write("bad.txt", b"\x00\x01\x02\x03\xff\xfe" * 100)
    workshop.write("odd.xyz", "?")
    workshop.write("empty.txt", "")
    report = workshop.build()
    assert report.added == 1
    names = {Path(refusal.path).name for refusal in report.refused}
    assert names == {"bad.txt", "odd.xyz", "empty.txt"}
    assert all(refusal.reason and refusal.reason_chinese for refusal in report.refused)
    # Text that became unreadable does not take the old text with it.
    workshop.write("good.txt", b"\x00\x01\x02\x03\xff\xfe" * 100)
    workshop.write("more.txt", long_text("黄河"))
    report = workshop.build()
    assert len(report.refused) == 4
    assert workshop.contents()["good.txt"] == long_text("长城")


def test_half_a_surrogate_pair_is_refused_by_name(workshop):
    raw = json.dumps({"id": "x", "title": "", "text": "坏\ud83d字"}) + "\n"
    raw += json.dumps({"id": "y", "title": "", "text": "好的文字。"}) + "\n"
    workshop.write("a.jsonl", raw)
    workshop.write("b.txt", long_text("长城"))
    report = workshop.build()
    assert report.refused
    assert report.refused[0].path.endswith("a.jsonl")
    assert "b.txt" in workshop.contents()


def test_one_refused_file_alone_raises_its_own_error(workshop):
    path = workshop.write("odd.xyz", "?")
    with pytest.raises(UnsupportedDocument):
        workshop.build(path)
    assert not workshop.directory.exists()


def test_nothing_but_refused_files_raises_and_leaves_nothing(workshop):
    workshop.write("bad.txt", b"\x00\x01\x02\x03\xff\xfe" * 100)
    workshop.write("odd.xyz", "?")
    with pytest.raises(DocumentError, match="None of the 2 files") as caught:
        workshop.build()
    assert "2 个文件" in caught.value.chinese
    assert not workshop.directory.exists()


def test_nothing_but_refused_files_leaves_an_index_as_it_was(workshop):
    workshop.write("a.txt", long_text("长城"))
    workshop.build()
    before = workshop.database.read_bytes()
    bad = workshop.write("bad.txt", b"\x00\x01\x02\x03\xff\xfe" * 100)
    with pytest.raises(UnreadableDocument):
        workshop.build(bad)
    assert workshop.database.read_bytes() == before
    assert list(workshop.contents()) == ["a.txt"]


@pytest.mark.parametrize("name", ["missing.txt", "folder"])
def test_missing_paths_and_empty_folders_create_nothing(workshop, name):
    if name == "folder":
        (workshop.sources / name).mkdir()
    with pytest.raises(DocumentError):
        workshop.build(workshop.sources / name)
    assert not workshop.directory.exists()


def test_an_index_among_its_documents_does_not_index_itself(workshop):
    workshop.write("a.txt", long_text("长城"))
    workshop.directory = workshop.sources / "index"
    workshop.build()
    report = workshop.build()
    assert (report.unchanged, report.refused, report.documents) == (1, (), 1)


def test_no_index_is_put_among_other_files(workshop):
    workshop.write("a.txt", long_text("长城"))
    workshop.directory = workshop.sources
    with pytest.raises(IndexNotWritable, match=r"holds other files, such as a\.txt"):
        workshop.build()
    assert [path.name for path in workshop.sources.iterdir()] == ["a.txt"]
    workshop.directory = workshop.sources / "a.txt"
    with pytest.raises(IndexNotWritable, match="a file, not a directory"):
        workshop.build()
    with pytest.raises(IndexNotFound):
        workshop.open()


def test_remove_missing_stays_below_the_paths_given(workshop):
    workshop.write("p/a.txt", long_text("长城"))
    workshop.write("q/b.txt", long_text("黄河"))
    workshop.write("q/c.txt", long_text("长江"))
    workshop.build()
    (workshop.sources / "p" / "a.txt").unlink()
    (workshop.sources / "q" / "b.txt").unlink()
    assert workshop.build(workshop.sources / "q", remove_missing=True).removed == 1
    assert set(workshop.contents()) == {"p/a.txt", "q/c.txt"}


def test_remove_documents(workshop):
    workshop.write("a.txt", long_text("长城"))
    workshop.write("c.jsonl", [line("x", "第一篇。"), line("y", "第二篇。")])
    workshop.build()
    assert remove_documents(workshop.directory, ["x", "a.txt", "unknown", "x"]) == 2
    assert set(workshop.contents()) == {"y"}
    assert check_index(workshop.directory).problems == ()
    report = workshop.build()
    assert (report.added, report.documents) == (2, 3)
    with pytest.raises(IndexNotFound):
        remove_documents(workshop.directory / "nowhere", ["x"])
    assert not (workshop.directory / "nowhere").exists()


@pytest.mark.parametrize("field", ["chunk_maximum", "chunk_minimum", "part_target"])
def test_another_chunking_is_refused_with_the_remedy(workshop, field):
    workshop.write("a.txt", long_text("长城"))
    workshop.build()
    with pytest.raises(IndexMismatch, match=rf"{field} \(\d+\).*\(33\).*rag index --rebuild"):
        workshop.build(**{field: 33})
    assert workshop.build().unchanged == 1


def test_another_model_is_refused_with_the_remedy(workshop, embedder_class):
    workshop.write("a.txt", long_text("长城"))
    workshop.build()
    for other in (embedder_class(digest="beef" * 16), embedder_class(dimension=32)):
        for attempt in (
            lambda other=other: workshop.build(embedder=other),
            lambda other=other: workshop.open(embedder=other),
        ):
            with pytest.raises(IndexMismatch, match="rag index --rebuild") as caught:
                attempt()
            assert str(workshop.directory) in str(caught.value)
            assert "rag index --rebuild" in caught.value.chinese
    engine = embedder_class()
    engine.engine = "another"
    with pytest.raises(IndexMismatch, match=r"\(test\).*\(another\)"):
        workshop.open(embedder=engine)
    renamed = embedder_class()
    renamed.name = "the same model elsewhere"
    workshop.open(embedder=renamed).close()


def test_another_tokeniser_is_refused(workshop, monkeypatch):
    workshop.write("a.txt", long_text("长城"))
    workshop.build()
    monkeypatch.setattr("rag.index.schema.index_tokens", str.split)
    with pytest.raises(IndexMismatch, match="the tokeniser"):
        workshop.open()


def test_rebuild_changes_the_recipe_and_only_at_its_end(workshop, embedder_class, monkeypatch):
    workshop.write("a.txt", long_text("长城"))
    workshop.build()
    (workshop.sources / "a.txt").unlink()
    workshop.write("b.txt", long_text("黄河"))
    other = embedder_class(dimension=32)

    seen = []
    original = other.embed_passages

    def spying(texts, parts=None):
        seen.append(list(workshop.contents()))
        return original(texts, parts)

    other.embed_passages = spying
    report = workshop.build(embedder=other, rebuild=True, chunk_maximum=100)
    assert seen == [["a.txt"]]
    assert (report.added, report.documents) == (1, 1)
    workshop.embedder = other
    assert list(workshop.contents()) == ["b.txt"]
    assert check_index(workshop.directory).problems == ()
    assert sorted(path.name.split("-")[0] for path in workshop.directory.iterdir()) == [
        "index.lock",
        "index.sqlite",
        "vectors",
    ]


def test_a_failed_rebuild_leaves_the_old_index(workshop, embedder_class):
    workshop.write("a.txt", long_text("长城"))
    workshop.build()
    broken = embedder_class()
    broken.embed_passages = lambda texts, parts=None: [[[0.0]]] and 1 / 0
    with pytest.raises(ZeroDivisionError):
        workshop.build(embedder=broken, rebuild=True)
    assert list(workshop.contents()) == ["a.txt"]
    assert not list(workshop.directory.glob("*.new*"))


@pytest.mark.parametrize("content", [b"", b"garbage" * 100])
def test_rebuild_mends_what_cannot_be_read(workshop, content):
    workshop.write("a.txt", long_text("长城"))
    workshop.build()
    workshop.database.write_bytes(content)
    with pytest.raises(IndexCorrupt, match="rag index"):
        workshop.build()
    workshop.build(rebuild=True)
    assert list(workshop.contents()) == ["a.txt"]


def test_a_model_that_fails_keeps_what_was_written(workshop, monkeypatch):
    monkeypatch.setattr(pipeline_module, "COMMIT_SECONDS", 0)
    workshop.write("c.jsonl", [line(f"d{n}", f"第{n}篇文档讲的是第{n}件事。") for n in range(300)])
    original = workshop.embedder.embed_passages

    def failing(texts, parts=None):
        if workshop.embedder.embedded > 150:
            raise ModelError("out of order", "坏了")
        return original(texts, parts)

    workshop.embedder.embed_passages = failing
    with pytest.raises(ModelError):
        workshop.build()
    kept = len(workshop.contents())
    assert 0 < kept < 300
    workshop.embedder.embed_passages = original
    before = workshop.embedder.embedded
    report = workshop.build()
    assert (report.added, report.unchanged) == (300 - kept, kept)
    assert workshop.embedder.embedded - before == 300 - kept


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_vectors_that_are_no_numbers_are_refused(workshop, value):
    workshop.write("a.txt", long_text("长城"))
    original = workshop.embedder.embed_passages
    workshop.embedder.embed_passages = lambda *given: [m * value for m in original(*given)]
    with pytest.raises(ModelError, match="no usable vectors"):
        workshop.build()
    assert not workshop.directory.exists()


def test_progress_tells_stages_and_totals(workshop):
    workshop.write("c.jsonl", [line(f"d{n}", f"第{n}篇文档讲的是第{n}件事。") for n in range(150)])
    workshop.write("b.txt", long_text("长城"))
    calls = []
    report = workshop.build(progress=lambda *call: calls.append(call))
    assert {stage for stage, _, _ in calls} == {"read", "embed", "write"}
    for stage, total in (("read", 2), ("embed", report.passages), ("write", 151)):
        own = [(done, of) for name, done, of in calls if name == stage]
        assert own[-1] == (total, total)
        assert own == sorted(own)


def test_the_progress_total_is_estimated_beyond_the_window(workshop, monkeypatch):
    monkeypatch.setattr(pipeline_module, "WINDOW", 100)
    for name in range(4):
        lines = [line(f"{name}-{n}", f"第{n}篇文档讲的是第{name}件事。") for n in range(100)]
        workshop.write(f"{name}.jsonl", lines)
    calls = []
    report = workshop.build(progress=lambda *call: calls.append(call))
    totals = [total for stage, _, total in calls if stage == "embed"]
    assert report.passages == 400
    assert all(300 <= total <= 500 for total in totals)
    assert totals[-1] == 400


def test_parts_are_embedded_each_alone_under_a_title_of_bounded_length(workshop):
    texts = []
    original = workshop.embedder.embed_passages

    def spying(given, parts=None):
        texts.extend(given)
        return original(given, parts)

    workshop.embedder.embed_passages = spying
    sentences = [
        f"第{n}句话在这里，说的是第{n}件事情，说得相当详细，也相当清楚明白。" for n in range(4)
    ]
    workshop.write(
        "c.jsonl",
        [
            line("x", "".join(sentences), title="标题" * 5000),
            line("y", "标题在前。", title="标题"),
        ],
    )
    report = workshop.build()
    texts.remove("标题\n标题在前。")
    heads, (whole, *parts) = zip(*(text.split("\n") for text in texts), strict=True)
    assert whole == "".join(parts) == "".join(sentences)
    assert len(parts) > 1
    assert set(heads) == {("标题" * 5000)[: len(heads[0])]}
    assert len(heads[0]) < 200
    # The whole passage has a vector of its own; one of a single part has only that.
    assert report.vectors == len(parts) + 2
    with workshop.open() as index, index.snapshot() as view:
        key = view.search_lexical(["第"], 1)[0][0]
        vectors = np.concatenate(original(texts))
        for query in vectors:
            (score,) = view.dense_scores(query, [key])
            assert score.whole == pytest.approx(vectors[0] @ query, abs=1e-3)
            assert score.part == pytest.approx(max(vectors[1:] @ query), abs=1e-3)
        (passage,), (found,) = view.passages([key]), view.part_scores(vectors[0], [key])
        assert [passage.text[a:b] for (a, b), _ in found] == list(parts)


def test_symbolic_links_to_an_index_work(workshop, tmp_path):
    workshop.write("a.txt", long_text("长城"))
    workshop.build()
    link = tmp_path / "link"
    link.symlink_to(workshop.directory)
    workshop.directory = link
    workshop.write("b.txt", long_text("黄河"))
    assert workshop.build().added == 1
    assert set(workshop.contents()) == {"a.txt", "b.txt"}


FILES = st.dictionaries(
    st.sampled_from(["a.txt", "b.txt", "sub/a.txt", "c.jsonl", "d.jsonl"]),
    st.lists(
        st.tuples(st.sampled_from("xyz"), st.sampled_from(["甲文", "乙文", "丙文"])),
        min_size=1,
        max_size=3,
        unique_by=lambda pair: pair[0],
    ),
    min_size=1,
)


@pytest.mark.slow
@given(st.lists(FILES, min_size=2, max_size=5))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_history_of_edits_ends_like_a_build_from_scratch(make_workshop, histories):
    """Ids of plain files may remember where they came first; texts and corpus ids may not."""
    workshop = make_workshop()
    for files in histories:
        for path in sorted(workshop.sources.rglob("*.*")):
            path.unlink()
        for name, pairs in files.items():
            if name.endswith(".jsonl"):
                workshop.write(name, [line(key, f"{text}，其余不变。") for key, text in pairs])
            else:
                workshop.write(name, f"{pairs[0][1]}，其余不变。")
        report = workshop.build(remove_missing=True)
    assert check_index(workshop.directory).problems == ()
    found = workshop.contents()
    fresh = make_workshop()
    fresh.sources = workshop.sources
    expected_report = fresh.build()
    expected = fresh.contents()
    assert len(report.refused) == len(expected_report.refused)
    plain = [text for key, text in found.items() if "." in key]
    assert sorted(plain) == sorted(text for key, text in expected.items() if "." in key)
    if not report.refused:
        assert {key: text for key, text in found.items() if "." not in key} == {
            key: text for key, text in expected.items() if "." not in key
        }


def test_what_a_file_held_goes_when_it_is_emptied(workshop):
    workshop.write("a.txt", long_text("长城"))
    workshop.write("b.txt", long_text("黄河"))
    workshop.build()
    workshop.write("b.txt", "")
    report = workshop.build()
    assert [Path(refusal.path).name for refusal in report.refused] == ["b.txt"]
    assert (report.removed, report.documents) == (1, 1)
    assert set(workshop.contents()) == {"a.txt"}
    assert check_index(workshop.directory).problems == ()
