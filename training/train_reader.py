"""Train the reader from the bundled encoder on a processor.

Usage: python training/train_reader.py --examples FILE --target CHECKPOINT [options]

The encoder's word vectors and first layers stay as they are; its upper layers are left out. A
step takes a few questions, each with a window that holds its answer and one that misleads. With
``--altered`` some questions are changed so that their window answers them no more, and some are
mistyped (see ``altered``); with ``--switched`` and ``--dictionary`` some get English words (see
``code_switching``). ``--start`` goes on from a checkpoint. ``--processes`` share a step.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from altered import mistyped, near_miss, parts, unanswerable
from code_switching import read_glosses, switched
from torch import Tensor, distributed, multiprocessing, nn
from transformers import BertModel

from rag.reading.span_reader import encode
from rag.embedding.bundled import ensure_bundled
from rag.embedding.unigram import FILE_NAME, UnigramTokenizer
from rag.settings import Settings

HELD_OUT = 20
"""Every so many groups of questions (documents), one is kept for the figures printed."""
MICRO_BATCH = 4
_SPOILT = 0.5
"""Of the examples that come with spoilt questions, the share that is drawn with one of them."""
PORT = "29617"


@dataclass(frozen=True, slots=True)
class Reads:
    """Token ids, the place of the window's first token, the answer's first and last (0: none)."""

    ids: list[int]
    first: int
    begin: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """A window's title and text, and where the answer stands in it (-1: not at all)."""

    title: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Example:
    """A question, windows that hold its answer, and windows that mislead.

    ``spoilt`` are questions alike that the holding windows do not answer, where they come with it.
    """

    group: str
    question: str
    answer: str
    holding: tuple[Window, ...]
    misleading: tuple[Window, ...]
    spoilt: tuple[str, ...] | None


def load(path: Path) -> list[Example]:
    """Read the file of ``reader_examples``; questions without a holding window are left out."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        windows = [(w["has"], Window(w["title"], w["text"], w["start"])) for w in row["windows"]]
        holding = tuple(w for _, w in windows if w.start >= 0)
        misleading = tuple(w for has, w in windows if w.start < 0 and not has)
        if holding:
            spoilt = tuple(row["unanswerable"]) if "unanswerable" in row else None
            found.append(
                Example(row["group"], row["question"], row["answer"], holding, misleading, spoilt)
            )
    return found


class Reader(nn.Module):
    """The encoder's lower layers with two numbers for each token."""

    def __init__(self, directory: Path, *, layers: int, frozen: int) -> None:
        super().__init__()
        encoder = BertModel.from_pretrained(
            directory, add_pooling_layer=False, dtype=torch.float32,
            attn_implementation="sdpa", attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        encoder.encoder.layer = encoder.encoder.layer[:layers]
        still = [encoder.embeddings, *encoder.encoder.layer[:frozen]]
        for parameter in (p for module in still for p in module.parameters()):
            parameter.requires_grad_(False)
        self.encoder = encoder
        self.head = nn.Linear(encoder.config.hidden_size, 2)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: Tensor, mask: Tensor, first: Tensor) -> Tensor:
        """Return logits [batch, tokens, 2]; only ``<s>`` and the window's tokens can be chosen."""
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        places = torch.arange(ids.shape[1])[None]
        last = mask.sum(1, keepdim=True) - 1
        closed = ((places > 0) & (places < first[:, None])) | (places >= last)
        return self.head(states).masked_fill(closed[..., None], -1e4)

    def checkpoint(self) -> dict[str, Tensor]:
        """Return what training may have changed: all but the word vectors."""
        return {k: v for k, v in self.state_dict().items() if "word_embeddings" not in k}


def reads(tokenizer: UnigramTokenizer, question: str, window: Window, answer: str) -> Reads | None:
    """Return the tokens of a window; None where the answer does not fit in."""
    ids, first, starts = encode(tokenizer, question, window.title, window.text)
    if window.start < 0:
        return Reads(ids, first)
    begin = int(np.searchsorted(starts, window.start, side="right")) - 1
    end = int(np.searchsorted(starts, window.start + len(answer), side="left")) - 1
    if not 0 <= begin <= end:
        return None
    return Reads(ids, first, first + begin, first + end)


class Sampler:
    """Draws the windows of a step."""

    def __init__(
        self,
        examples: Sequence[Example],
        tokenizer: UnigramTokenizer,
        *,
        altered: float,
        switched: float,
        glosses: dict[str, str],
    ) -> None:
        self._examples = examples
        self._tokenizer = tokenizer
        self._altered = altered
        self._switched = switched
        self._glosses = glosses
        self._chance = random.Random(1)
        self._order: list[int] = []
        own = [example for example in examples if example.spoilt is None]
        self._words = [p for e in own for p in parts(e.question) if not p.isdigit()]
        self._characters = "".join(e.question for e in own)
        self._near: dict[str, list[str]] = {}
        for example in own:
            self._near.setdefault(example.group, []).extend(parts(example.question))

    def step(self, questions: int) -> list[Reads]:
        """Return the windows of the next ``questions`` questions, shortest first."""
        while len(self._order) < questions:
            more = list(range(len(self._examples)))
            self._chance.shuffle(more)
            self._order += more
        taken, self._order = self._order[:questions], self._order[questions:]
        found = [read for place in taken for read in self._drawn(self._examples[place])]
        return sorted(found, key=lambda read: len(read.ids))

    def _drawn(self, example: Example) -> list[Reads]:
        chance, question = self._chance, example.question
        holding = chance.choice(example.holding)
        drawn = [(question, holding)]
        if example.misleading:
            # The first ones, which mislead most, are drawn most often.
            place = min(len(example.misleading) - 1, int(chance.expovariate(0.7)))
            drawn.append((question, example.misleading[place]))
        other = self._spoilt(example, holding)
        if other is not None:
            drawn[-1] = (other, Window(holding.title, holding.text, -1))
        own = example.spoilt is None
        if own and chance.random() < self._altered / 2:
            drawn[0] = (mistyped(question, self._characters, chance), holding)
        if own and chance.random() < self._switched:
            share = chance.choice([0.5, 1.0])
            drawn = [(switched(q, self._glosses, chance, share=share), w) for q, w in drawn]
        made = [reads(self._tokenizer, q, w, example.answer) for q, w in drawn]
        return [read for read in made if read is not None]

    def _spoilt(self, example: Example, holding: Window) -> str | None:
        """Return a question alike that the window does not answer, for a share of the examples."""
        chance = self._chance
        if example.spoilt is not None:
            spoil = example.spoilt and chance.random() < _SPOILT
            return chance.choice(example.spoilt) if spoil else None
        if chance.random() >= self._altered:
            return None
        found = None
        if chance.random() < 0.5:
            place = holding.start, holding.start + len(example.answer)
            near = self._near[example.group]
            found = near_miss(example.question, holding.text, place, near, chance)
        return found or unanswerable(example.question, holding.text, self._words, chance)


def collate(batch: Sequence[Reads]) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids and mask, [batch, tokens], and the windows' first tokens, [batch]."""
    length = max(len(read.ids) for read in batch)
    ids = torch.ones(len(batch), length, dtype=torch.long)
    mask = torch.zeros(len(batch), length, dtype=torch.long)
    for place, read in enumerate(batch):
        ids[place, : len(read.ids)] = torch.tensor(read.ids)
        mask[place, : len(read.ids)] = 1
    return ids, mask, torch.tensor([read.first for read in batch])


def loss_of(model: Reader, batch: Sequence[Reads]) -> Tensor:
    """Return the summed cross-entropy of the first and last tokens of the answers."""
    logits = model(*collate(batch))
    begin, end = (torch.tensor([getattr(r, edge) for r in batch]) for edge in ("begin", "end"))
    losses = [
        nn.functional.cross_entropy(logits[..., side], target, reduction="sum")
        for side, target in enumerate((begin, end))
    ]
    return (losses[0] + losses[1]) / 2


@torch.no_grad()
def held_out_figures(
    model: Reader, examples: Sequence[Example], tokenizer: UnigramTokenizer
) -> str:
    """Return how often the holding window wins, and how often with the exact tokens."""
    model.eval()
    right = exact = total = 0
    for example in examples:
        windows = [example.holding[0], *example.misleading[:3]]
        made = [reads(tokenizer, example.question, w, example.answer) for w in windows]
        if made[0] is None:
            continue
        best = (-np.inf, 0, 0, 0)
        for place, read in enumerate(read for read in made if read is not None):
            logits = model(*collate([read]))[0].numpy()
            inside = logits[read.first :]
            scores = np.triu(inside[:, 0][:, None] + inside[:, 1][None] + 1e5) - 1e5
            begin, end = divmod(int(scores.argmax()), len(inside))
            score = float(scores.max() - logits[0].sum())
            best = max(best, (score, place, read.first + begin, read.first + end))
        total += 1
        right += best[1] == 0
        exact += best[1:] == (0, made[0].begin, made[0].end)
    model.train()
    return f"held out {total}: window {right / total:.3f}, exact {exact / total:.3f}"


def train(rank: int, arguments: argparse.Namespace) -> None:
    """Train as process ``rank`` of ``arguments.processes``; process 0 prints and saves."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    processes = arguments.processes
    if processes > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=PORT)
        distributed.init_process_group("gloo", rank=rank, world_size=processes)
    directory = ensure_bundled(Settings().cache_dir)
    tokenizer = UnigramTokenizer(directory / FILE_NAME)
    examples = [example for path in arguments.examples for example in load(path)]
    groups = sorted({example.group for example in examples})
    kept = set(groups[::HELD_OUT])
    sampler = Sampler(
        [e for e in examples if e.group not in kept],
        tokenizer,
        altered=arguments.altered,
        switched=arguments.switched,
        glosses=read_glosses(arguments.dictionary) if arguments.dictionary else {},
    )
    held_out = [example for example in examples if example.group in kept]
    model = Reader(directory, layers=arguments.layers, frozen=arguments.frozen).train()
    if arguments.start:
        model.load_state_dict(torch.load(arguments.start, weights_only=True), strict=False)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.01},
            {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0},
        ]
    )
    count = len(examples) - len(held_out)
    steps = int(count * arguments.epochs / arguments.questions)
    warm = max(1, steps // 16)
    began, total = time.time(), 0.0
    for step in range(1, steps + 1):
        batch = sampler.step(arguments.questions)
        pieces = [batch[n : n + MICRO_BATCH] for n in range(0, len(batch), MICRO_BATCH)]
        for piece in pieces[rank::processes]:
            loss = loss_of(model, piece) / len(batch)
            loss.backward()
            total += loss.item()
        if processes > 1:
            share_gradients(parameters)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        rate = arguments.rate * min(step / warm, (steps - step + 1) / max(1, steps - warm))
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        if rank == 0 and step % 10 == 0:
            shown = total * processes / 10
            print(f"{step}/{steps} loss {shown:.3f}, {time.time() - began:.0f} s", flush=True)
        if step % 10 == 0:
            total = 0.0
        if rank == 0 and (step % 100 == 0 or step == steps):
            torch.save(model.checkpoint(), arguments.target)
            print(held_out_figures(model, held_out[:80], tokenizer), flush=True)


def share_gradients(parameters: Sequence[nn.Parameter]) -> None:
    """Add up the gradients of all processes, in place."""
    flat = torch.cat(
        [(torch.zeros_like(p) if p.grad is None else p.grad).view(-1) for p in parameters]
    )
    distributed.all_reduce(flat)
    at = 0
    for parameter in parameters:
        parameter.grad = flat[at : at + parameter.numel()].view_as(parameter).clone()
        at += parameter.numel()


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=Path, nargs="+", required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="checkpoint to go on from")
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--frozen", type=int, default=2, help="lowest layers left as they are")
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--questions", type=int, default=16, help="questions in a step")
    parser.add_argument("--rate", type=float, default=1.5e-4, help="highest learning rate")
    parser.add_argument("--altered", type=float, default=0.0, help="share of altered questions")
    parser.add_argument("--switched", type=float, default=0.0, help="share with English words")
    parser.add_argument("--dictionary", type=Path, help="CC-CEDICT, compressed with gzip")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.processes == 1:
        train(0, arguments)
    else:
        multiprocessing.spawn(train, (arguments,), nprocs=arguments.processes)


if __name__ == "__main__":
    main()
