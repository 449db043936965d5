"""Measure what the project promises about speed and memory, on this machine.

``bench.py [CORPUS]``: a file or folder to index instead of the shipped article. CPU seconds count
the whole process with its children; wall time is not judged, other work may be running.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = (
    "截至2023年底，全国已建成多少个工会驿站？",
    "首次中央党的群团工作会议是哪天召开的？",
    "谁称赞快递小哥像勤劳的小蜜蜂？",
    "工会驿站的年服务人次是多少？",
    "什么是新双15工程？",
    "How many union service stations are there?",
    "2022年卡塔尔世界杯的冠军是哪支球队？",
    "产业工人队伍建设改革的主要任务有哪些？",
)
TIMES = 5


def child(code: str, *arguments: str) -> dict[str, float]:
    """Run code in a fresh interpreter that prints one JSON object; return it with CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {"cpu": used, **figures}


def ask(index: Path) -> float:
    """Return the median CPU seconds of one ``rag ask`` from the shell."""
    code = (
        "import sys, json; from rag.cli.main import main; main(sys.argv[1:]); print(json.dumps({}))"
    )
    arguments = ("ask", QUESTIONS[0], "--index", str(index), "--json")
    return statistics.median(child(code, *arguments)["cpu"] for _ in range(TIMES))


WARM = """
import json, resource, sys, time
from rag import open_bot
with open_bot(sys.argv[1]) as bot:
    questions = json.loads(sys.argv[2])
    for question in questions:
        bot.ask(question)
    spent = []
    for question in questions * 5:
        began = time.process_time()
        bot.ask(question)
        spent.append((time.process_time() - began) * 1000)
    spent.sort()
    # Kilobytes on Linux.
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"median": spent[len(spent) // 2], "p95": spent[int(len(spent) * 0.95)],
                  "memory": memory}))
"""

INDEX = """
import json, sys, time
from rag.assembly import build_index, embedder
from rag.embedding.onnx_engine import OnnxEmbedder
from rag.settings import Settings
settings = Settings()
embedder(settings).embed_query("a")
texts, original = [], OnnxEmbedder.embed_passages
def embed_passages(self, given, parts=None):
    texts.extend(given)
    return original(self, given, parts)
OnnxEmbedder.embed_passages = embed_passages
began = time.process_time()
report = build_index([sys.argv[1]], sys.argv[2], settings=settings)
seconds = time.process_time() - began
with open(sys.argv[3], "w", encoding="utf-8") as stream:
    json.dump(texts, stream)
print(json.dumps({"seconds": seconds, "passages": report.passages}))
"""

BARE = """
import json, sys, time
import numpy, onnxruntime
from rag.embedding.bundled import GRAPH, ensure_bundled
from rag.embedding.unigram import FILE_NAME, UnigramTokenizer
from rag.settings import Settings
folder = ensure_bundled(Settings().cache_dir)
tokenizer = UnigramTokenizer(folder / FILE_NAME)
with open(sys.argv[1], encoding="utf-8") as stream:
    texts = json.load(stream)
prefix = tokenizer.encode("passage: ")[0]
rows = [[tokenizer.begin, *prefix, *tokenizer.encode(text)[0][:500], tokenizer.end]
        for text in texts]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(str(folder / GRAPH), options,
                                       providers=["CPUExecutionProvider"])
session.run(["sentence"], {"input_ids": numpy.array([rows[0]], dtype=numpy.int64)})
began = time.process_time()
for row in rows:
    session.run(["sentence"], {"input_ids": numpy.array([row], dtype=numpy.int64)})
print(json.dumps({"seconds": time.process_time() - began, "tokens": sum(map(len, rows))}))
"""


def main() -> None:
    """Print the figures."""
    corpus = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "seeds"
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        texts = Path(folder) / "texts.json"
        built = child(INDEX, str(corpus), str(index), str(texts))
        bare = child(BARE, str(texts))
        warm = child(WARM, str(index), json.dumps(QUESTIONS))
        rows: list[tuple[str, float, str]] = [
            ("rag ask from the shell, index present", ask(index), "CPU s"),
            ("a warm bot.ask, median", warm["median"], "CPU ms"),
            ("a warm bot.ask, 95th percentile", warm["p95"], "CPU ms"),
            ("memory of a warm bot, peak", warm["memory"], "MB"),
            ("passages indexed", built["passages"], ""),
            ("indexing, in all", built["seconds"], "CPU s"),
            ("bare ONNX Runtime loop over the same texts", bare["seconds"], "CPU s"),
            ("indexing throughput against the bare loop", bare["seconds"] / built["seconds"], ""),
        ]
    for name, value, unit in rows:
        print(f"{name:<46} {value:>9.2f} {unit}")


if __name__ == "__main__":
    main()
