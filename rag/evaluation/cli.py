"""``rag eval``: evaluate a question set from the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from rag import saying
from rag.errors import UsageError
from rag.progress import Progress

_LINES = 10
"""Plain lines of progress for each stage, one for each tenth."""


def _chinese_locale() -> bool:
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, named), "").lower().startswith("zh")


def _help(english: str, chinese: str) -> str:
    return chinese if _chinese_locale() else english


_SETTINGS: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (("--backend",), "NAME", "extractive (default, no LLM) or provider:model.",
     "extractive（默认，不用大模型）或 提供方:模型。"),
    (("--base-url",), "URL", "Address of an OpenAI-compatible server.",
     "兼容 OpenAI 接口的服务器地址。"),
    (("--strictness",), "low|normal|high", "How much evidence an answer needs.",
     "给出答案需要多充分的证据。"),
    (("-k", "--passages"), "N", "How many passages to use.", "使用多少个段落。"),
    (("--embedding-model",), "MODEL",
     "bundled, or a sentence-transformers model by name or path.",
     "bundled，或 sentence-transformers 模型的名称或路径。"),
    (("--language",), "auto|zh|en", "Language of the messages.", "提示信息的语言。"),
)  # fmt: skip


def _setting_options(command: Any) -> Any:
    for flags, metavar, english, chinese in reversed(_SETTINGS):
        command = click.option(*flags, default=None, metavar=metavar, help=_help(english, chinese))(
            command
        )
    return command


@click.command(
    "eval",
    help=_help(
        "Evaluate question sets: directories with docs/ or corpus.jsonl and questions.jsonl (or a "
        "folder of them), or a questions file for an existing index. Offline, resumable, the same "
        "every time.",
        "评测题集：含 docs/ 或 corpus.jsonl 以及 questions.jsonl 的目录（或其上级文件夹），"
        "或用于已有索引的问题文件。离线进行，可中断后继续，结果可重复。",
    ),
)
@click.argument("question_sets", metavar="SET...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--index",
    "index_dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=_help(
        "Ask this index instead of one built from the set's corpus.",
        "使用该索引，而不是由题集语料建立的索引。",
    ),
)
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help=_help(
        "Save all figures and answers; - prints them.", "保存全部数字与回答；- 表示打印出来。"
    ),
)
@click.option(
    "--report",
    "report_file",
    metavar="FILE.html",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_help("Write the report, one HTML page.", "写出一页 HTML 报告。"),
)
@click.option(
    "--review",
    "review_file",
    metavar="FILE.html",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_help(
        "Write a page to judge the answers by reading them.", "写出一页供人阅读评判各回答。"
    ),
)
@click.option(
    "--judged",
    "judged_file",
    metavar="FILE.json",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_help("Count what was judged on such a page.", "统计在该页面上所作的评判。"),
)
@click.option(
    "--compare",
    "compare_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_help("Compare with an evaluation saved by --json.", "与先前用 --json 保存的评测比较。"),
)
@click.option(
    "--distractors",
    multiple=True,
    metavar="FILE.jsonl",
    type=click.Path(path_type=Path),
    help=_help(
        "Documents to be searched along (may be given again).", "一并检索的干扰文档（可多次给出）。"
    ),
)
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help=_help("Ask only N questions, each kind with its share.", "只问 N 个问题，各类型按比例。"),
)
@click.option(
    "--seed",
    metavar="S",
    type=int,
    default=0,
    help=_help(
        "Seed of the sample and of the bootstrap (default 0).", "抽样与自助法的种子（默认 0）。"
    ),
)
@click.option(
    "--kinds",
    metavar="KIND,...",
    default="",
    help=_help("Ask only these kinds.", "只问这些类型。"),
)
@click.option(
    "--fresh",
    is_flag=True,
    help=_help("Ask again what was stored.", "不用已保存的回答，全部重新提问。"),
)
@_setting_options
@click.option(
    "--debug",
    is_flag=True,
    help=_help("Show the traceback of an error.", "出错时显示完整的调用栈。"),
)
def eval_command(
    *,
    question_sets: tuple[Path, ...],
    index_dir: Path | None,
    json_file: Path | None,
    report_file: Path | None,
    review_file: Path | None,
    judged_file: Path | None,
    compare_file: Path | None,
    distractors: tuple[Path, ...],
    limit: int | None,
    seed: int,
    kinds: str,
    fresh: bool,
    debug: bool,
    **given: Any,
) -> None:
    """Evaluate the sets; the tables go to standard output, progress to standard error."""
    del debug  # the group looks for it in the raw arguments
    from rag.evaluation.comparing import compare
    from rag.evaluation.evaluating import evaluate
    from rag.evaluation.printing import print_judged, print_tables
    from rag.evaluation.result import load_rows, write_json
    from rag.settings import Settings

    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    chinese = settings.language == "zh" or (settings.language == "auto" and _chinese_locale())
    if judged_file:
        from rag.evaluation.review import read_judged

        print_judged(read_judged(judged_file), chinese=chinese)
        if not question_sets:
            return
    sets = _sets(question_sets)
    if len(sets) > 1 and (compare_file or report_file):
        raise UsageError(
            "--report and --compare take one set; name one.",
            "--report 与 --compare 只用于一个题集；请只指定一个。",
        )
    before = load_rows(compare_file) if compare_file else None
    evaluations = [
        evaluate(
            question_set,
            index_dir=index_dir,
            settings=settings,
            distractors=distractors,
            limit=limit,
            seed=seed,
            kinds=[kind.strip() for kind in kinds.split(",") if kind.strip()],
            fresh=fresh,
            progress=_progress(chinese=chinese),
        )
        for question_set in sets
    ]
    first = evaluations[0]
    comparison = compare(before, first.rows, seed=seed) if before is not None else None
    if json_file:
        write_json(evaluations, json_file, comparison=comparison)
    if report_file:
        from rag.evaluation.report import write_report

        write_report(first, report_file, comparison=comparison, chinese=chinese)
    if review_file:
        from rag.evaluation.review import write_review

        write_review(evaluations, review_file, chinese=chinese)
    if str(json_file) != "-":
        print_tables(evaluations, comparison, seed=seed, chinese=chinese)


def _sets(named: Sequence[Path]) -> list[Path]:
    """Return the sets that were named; a folder that is none itself stands for those in it."""
    if not named:
        raise UsageError("Name a question set.", "请指定一个题集。")
    found: list[Path] = []
    for path in named:
        inside = sorted(child.parent for child in path.glob("*/questions.jsonl"))
        found += [path] if (path / "questions.jsonl").exists() or not inside else inside
    return found


def _progress(*, chinese: bool) -> Progress:
    """Return a progress that rewrites one line on a terminal and prints tenths elsewhere."""
    told: dict[str, int] = {}
    terminal = sys.stderr.isatty()

    def report(stage: str, done: int, total: int) -> None:
        title = saying.said("stage", stage, "zh" if chinese else "en")
        count = f" {done}/{total}" if total else ""
        if terminal:
            ending = "\n" if total and done == total else ""
            click.echo(f"\r\033[K{title}{count}{ending}", err=True, nl=False)
            return
        step = done * _LINES // total if total else 0
        if told.get(stage, -1) < step:
            told[stage] = step
            click.echo(f"{title}{count}", err=True)

    return report
