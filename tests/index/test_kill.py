"""Kill the building process at random moments: what it reported as written is there."""

from __future__ import annotations

import random
import signal
import time

import pytest

from rag.index import check_index
from rag.text.tokens import index_tokens
from tests.index.seeing import newest

_BUILDER = """
import sys
from rag.index import build_index, pipeline
from hashing_embedder import HashingEmbedder

pipeline.COMMIT_SECONDS = 0
pipeline.SLICE = 8

def progress(stage, done, total):
    if stage == "write":
        print(done, flush=True)

print("ready", flush=True)
sys.stdin.readline()
build_index([sys.argv[1]], sys.argv[2], embedder=HashingEmbedder(), chunk_maximum=200,
            chunk_minimum=20, part_target=40, progress=progress, rebuild=sys.argv[3] == "rebuild")
print("done", flush=True)
"""

COUNT = 150
KILLS = 16


def version(number):
    """Corpus ``number``: a third of the documents differ from those of the version before."""
    return [
        {
            "id": f"d{n}",
            "title": f"第{n}篇",
            "text": "".join(
                f"第{n}篇文档的第{k}句话，讲的是长城第{n}段的历史，"
                f"它写于第{number - (number + n) % 3}年。"
                for k in range(1 + n % 4)
            ),
        }
        for n in range(COUNT)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["update", "rebuild"])
def test_kill(workshop, run_script, mode):
    generator = random.Random(17 if mode == "update" else 18)
    kills = in_the_middle = 0
    committed: dict[str, str] = {}
    number = 0
    query = workshop.embedder.embed_query("长城第7段的历史")
    waiting = _start(run_script, workshop, mode)
    while kills < KILLS and number < 60:
        number += 1
        lines = version(number)
        workshop.write("c.jsonl", lines)
        process, waiting = waiting, _start(run_script, workshop, mode)
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        # Before anything is created, in the middle, or while the cache is written.
        reported = []
        for _ in range(generator.randrange(14)):
            reported.append(process.stdout.readline().strip())
            if reported[-1] in ("done", ""):
                break
        time.sleep(generator.random() * 0.03)
        process.send_signal(signal.SIGKILL)
        output, errors = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), errors
        reported = [*filter(None, reported), *output.split()]
        kills += process.returncode == -signal.SIGKILL
        in_the_middle += bool(reported) and "done" not in reported
        wanted = {line["id"]: line["text"] for line in lines}
        if not workshop.database.exists():
            assert not committed
            assert mode == "rebuild" or not reported
            continue
        found = _read(workshop, query)
        if "done" in reported:
            assert found == wanted
        elif mode == "update":
            # Documents change in the order of the file, so a prefix of the changes is there.
            changed = [key for key in wanted if committed.get(key) != wanted[key]]
            written = max(map(int, reported), default=0)
            new = [found.get(key) == wanted[key] for key in changed]
            assert all(new[:written]), (written, new)
            assert new == sorted(new, reverse=True)
            for key, is_new in zip(changed, new, strict=True):
                assert is_new or found.get(key) == committed.get(key)
            assert all(found[key] == wanted[key] for key in wanted if key not in changed)
        else:
            assert found in (committed, wanted)
        committed = found
    waiting.kill()
    waiting.communicate()
    assert kills >= KILLS
    assert in_the_middle >= KILLS // 3
    # And the next build finishes the work.
    workshop.build(rebuild=mode == "rebuild")
    assert _read(workshop, query) == wanted
    assert check_index(workshop.directory).problems == ()
    left = sorted(path.name.split("-")[0] for path in workshop.directory.iterdir())
    assert left == ["index.lock", "index.sqlite", "vectors"]


def _start(run_script, workshop, mode):
    """Start a builder; it waits, with all its modules loaded, for a line to begin."""
    return run_script(_BUILDER, workshop.sources, workshop.directory, mode, stdin=-1)


def _read(workshop, query):
    """Read all that is in the index; ask it something by both ways."""
    with workshop.open() as index:
        found = {}
        for summary in index.documents():
            document = index.document(summary.id)
            found[document.id] = document.text
            for passage in index.passages_of(document.id):
                assert document.text[passage.start : passage.end] == passage.text
        dense = newest(index).search_dense(query, 5)
        words = newest(index).search_lexical(index_tokens("长城第7段的历史"), 5)
        if found:
            assert len(dense) == len(words) == 5
            assert newest(index).passages([score.key for score in dense])
            assert newest(index).passages([key for key, _ in words])
        return found
