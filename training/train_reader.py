"""Train the reader from a checkpoint, by the clock: it always ends with its rate run down.

Usage: python training/train_reader.py --examples FILE [FILE ...] --start CHECKPOINT
    --target CHECKPOINT --minutes 90 [options]

A step takes a few questions, each with the windows of ``reader_windows``. Begin and end of the
answer share one normalisation over all windows of a question (Clark & Gardner 2018, "Simple and
Effective Multi-Paragraph Reading Comprehension"): the odds against "no answer" of one window are
then comparable with those of another. A third number at ``<s>`` says whether the window answers.

``--processes`` share a step: each takes the next question that none has taken. Run again, it goes
on from ``--target``. Beside the target a log says what it learned from and how far it came. A GPU
is used where there is one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from reader_model import Reader, Reads, collate, drawn_reads, held_out_figures, loss_of
from reader_sets import SETS, SHARES
from reader_windows import Drawn, WindowDrawer
from torch import Tensor, distributed, multiprocessing, nn

from rag.embedding.bundled import ensure_bundled
from rag.embedding.unigram import FILE_NAME, UnigramTokenizer
from rag.settings import Settings

HELD_OUT = 40
"""Of the paragraphs, one in so many is kept for the figures in the log."""
WARM = 40
"""Steps in which the rate rises."""
PORT = "29617"
_LOGGED = 20
"""Every so many steps the losses go into the log."""
_AVERAGED = 0.993
"""What is left of the running average at each step."""
_HELD_OUT_QUESTIONS = 40


class Sampler:
    """Draws the questions of a step: the same ones whenever the step is drawn."""

    def __init__(
        self,
        rows: Sequence[dict[str, Any]],
        drawer: WindowDrawer,
        tokenizer: UnigramTokenizer,
    ) -> None:
        self._drawer = drawer
        self._tokenizer = tokenizer
        self._rows: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            self._rows.setdefault(row["set_name"], []).append(row)
        for name, own in self._rows.items():
            random.Random(name).shuffle(own)
        self._names = [use.name for use in SETS if use.name in self._rows]
        groups = {use.group for use in SETS if use.name in self._rows}
        whole = {g: sum(u.share for u in SETS if u.group == g) for g in groups}
        self._shares = [
            SHARES[u.group] * u.share / whole[u.group] for u in SETS if u.name in self._rows
        ]
        self._counts: list[dict[str, int]] = [dict.fromkeys(self._names, 0)]

    def _name(self, number: int) -> tuple[str, int]:
        """Return the set of question ``number`` of the run, and how many of it came before."""
        while len(self._counts) <= number + 1:
            before = self._counts[-1]
            total = sum(before.values())
            # The set that is furthest behind its share.
            name = max(
                zip(self._names, self._shares, strict=True),
                key=lambda pair: pair[1] * (total + 1) - before[pair[0]],
            )[0]
            self._counts.append({**before, name: before[name] + 1})
        before, after = self._counts[number], self._counts[number + 1]
        name = next(name for name in self._names if after[name] > before[name])
        return name, before[name]

    def question(self, number: int) -> tuple[Drawn, list[Reads]] | None:
        """Return question ``number`` of the run with its windows' tokens."""
        name, place = self._name(number)
        rows = self._rows[name]
        return drawn_reads(
            rows[place % len(rows)], self._drawer, self._tokenizer, random.Random(number)
        )


def load(paths: Sequence[Path]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the examples to learn from and those held out, parted by paragraph."""
    learned, kept = [], []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            held = zlib.crc32(row["context"].encode()) % HELD_OUT == 0
            (kept if held else learned).append(row)
    random.Random(0).shuffle(kept)
    return learned, kept[:_HELD_OUT_QUESTIONS]


class Run:
    """One training: the model, its optimiser, its running average, and how far it is."""

    def __init__(self, arguments: argparse.Namespace, device: torch.device) -> None:
        directory = ensure_bundled(Settings().cache_dir)
        self.tokenizer = UnigramTokenizer(directory / FILE_NAME)
        self.device = device
        self.model = Reader(directory, layers=arguments.layers, frozen=arguments.frozen)
        self.model.begin_from(torch.load(arguments.start, weights_only=True))
        self.model.to(device).train()
        self.parameters = [p for p in self.model.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": [p for p in self.parameters if p.ndim > 1], "weight_decay": 0.01},
                {"params": [p for p in self.parameters if p.ndim == 1], "weight_decay": 0.0},
            ]
        )
        self.averaged = [p.detach().clone() for p in self.parameters]
        self.step, self.asked, self.seen, self.spent = 0, 0, 0, 0.0

    def go_on_from(self, target: Path) -> None:
        """Take over what :meth:`save` wrote."""
        saved = torch.load(target, weights_only=True, map_location=self.device)
        self.model.load_state_dict(saved["state"], strict=False)
        self.optimiser.load_state_dict(saved["optimiser"])
        self.averaged = saved["averaged"]
        self.step, self.asked, self.seen = saved["step"], saved["asked"], saved["seen"]
        self.spent = saved["spent"]

    def update(self, rate: float) -> None:
        """Move the weights by their gradients, and the average after them."""
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        keep = min(_AVERAGED, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, parameter in zip(self.averaged, self.parameters, strict=True):
                mean.lerp_(parameter.detach(), 1 - keep)

    def save(self, target: Path) -> None:
        """Write all that is needed to go on, and ``.averaged`` beside it, the reader to ship."""
        partial = target.with_suffix(".partial")
        numbers = {"step": self.step, "asked": self.asked, "seen": self.seen, "spent": self.spent}
        torch.save(
            {
                "state": self.model.checkpoint(),
                "optimiser": self.optimiser.state_dict(),
                "averaged": self.averaged,
                **numbers,
            },
            partial,
        )
        partial.rename(target)
        state = {key: value.clone() for key, value in self.model.checkpoint().items()}
        names = {id(p): name for name, p in self.model.named_parameters()}
        for parameter, mean in zip(self.parameters, self.averaged, strict=True):
            state[names[id(parameter)]] = mean
        torch.save({key: value.cpu() for key, value in state.items()}, partial)
        partial.rename(target.with_suffix(".averaged.pt"))


def train(rank: int, arguments: argparse.Namespace, turn: Any) -> None:
    """Train as process ``rank`` of ``arguments.processes``; process 0 logs and saves."""
    torch.manual_seed(0)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cpu":
        torch.set_num_threads(1)
    if arguments.processes > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=PORT)
        distributed.init_process_group("gloo", rank=rank, world_size=arguments.processes)
    run = Run(arguments, device)
    if arguments.target.exists():
        run.go_on_from(arguments.target)
    learned, kept = load(arguments.examples)
    drawer = WindowDrawer(sorted({row["title"] for row in learned}))
    sampler = Sampler(learned, drawer, run.tokenizer)
    log = Log(arguments, rank)
    began, saved_at = time.time() - run.spent, time.time()
    sums: dict[str, float] = {}
    over = False
    while not over:
        run.step += 1
        if rank == 0:
            turn[(run.step + 1) % 2] = 0
        windows = 0
        while (taken := next_turn(turn, run.step % 2)) < arguments.questions:
            windows += learn(run, sampler.question(run.asked + taken), arguments.questions, sums)
        run.asked += arguments.questions
        run.spent = time.time() - began
        left = max(0.01, 1 - run.spent / (60 * arguments.minutes))
        rate = arguments.rate * min(run.step / WARM, left)
        shared = torch.tensor([rate if rank == 0 else 0.0, float(windows)], device=device)
        share_gradients(run.parameters, shared, arguments.processes)
        # The clock of process 0 counts.
        rate = shared[0].item()
        run.seen += int(shared[1].item())
        run.update(rate)
        over = rate <= arguments.rate * 0.011 and run.step > WARM
        if run.step % _LOGGED == 0:
            share = arguments.processes / _LOGGED / arguments.questions
            shown = {key: round(value * share, 4) for key, value in sums.items()}
            log.write(step=run.step, windows=run.seen, seconds=round(run.spent), **shown)
            sums.clear()
        if rank == 0 and (over or time.time() - saved_at > arguments.every):
            saved_at = time.time()
            run.model.eval()
            figures = held_out_figures(run.model, kept, drawer, run.tokenizer, device)
            run.model.train()
            log.write(step=run.step, windows=run.seen, held_out=figures)
            run.save(arguments.target)


def learn(
    run: Run, made: tuple[Drawn, list[Reads]] | None, questions: int, sums: dict[str, float]
) -> int:
    """Add the gradients of one of ``questions`` and its losses to ``sums``; return its windows."""
    if made is None:
        return 0
    drawn, batch = made
    losses = loss_of(drawn, *run.model(*collate(batch, run.device)), batch)
    torch.stack([*losses.values()]).sum().div(questions).backward()
    for name, value in losses.items():
        sums[name] = sums.get(name, 0.0) + value.item()
    return len(batch)


def next_turn(turn: Any, place: int) -> int:
    """Return the next number of ``turn[place]``, which no other process gets."""
    with turn.get_lock():
        value = int(turn[place])
        turn[place] = value + 1
    return value


class Log:
    """One JSON object a line, beside the checkpoint; only process 0 writes."""

    def __init__(self, arguments: argparse.Namespace, rank: int) -> None:
        self._path = arguments.target.with_suffix(".log.jsonl") if rank == 0 else None
        self.write(run={key: str(value) for key, value in vars(arguments).items()})

    def write(self, **values: Any) -> None:
        """Add a line."""
        if self._path is None:
            return
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"at": time.strftime("%H:%M:%S"), **values}) + "\n")


def share_gradients(parameters: Sequence[nn.Parameter], more: Tensor, processes: int) -> None:
    """Add up the gradients of all processes and the numbers ``more``, in place."""
    if processes == 1:
        return
    flat = torch.cat(
        [(torch.zeros_like(p) if p.grad is None else p.grad).view(-1) for p in parameters] + [more]
    )
    distributed.all_reduce(flat)
    at = 0
    for parameter in parameters:
        parameter.grad = flat[at : at + parameter.numel()].view_as(parameter).clone()
        at += parameter.numel()
    more.copy_(flat[at:])


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=Path, nargs="+", required=True)
    parser.add_argument("--start", type=Path, required=True, help="checkpoint to begin with")
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True, help="until the rate is run down")
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--frozen", type=int, default=2, help="lowest layers left as they are")
    parser.add_argument("--questions", type=int, default=8, help="questions in a step")
    parser.add_argument("--rate", type=float, default=1.2e-4, help="highest learning rate")
    parser.add_argument("--every", type=float, default=420, help="seconds between checkpoints")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    if torch.cuda.is_available():
        arguments.processes = 1
    turn = multiprocessing.get_context("spawn").Array("i", 2)
    if arguments.processes == 1:
        train(0, arguments, turn)
    else:
        multiprocessing.spawn(train, (arguments, turn), nprocs=arguments.processes)


if __name__ == "__main__":
    main()
