"""The reader that is trained: what it computes, what it is given, and what it is to learn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from reader_windows import Drawn, Window, WindowDrawer
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from transformers import BertModel

from rag.embedding.unigram import UnigramTokenizer
from rag.reading.span_reader import encode

OUTPUTS = 3
"""Numbers for each token: begin, end and, of use at ``<s>`` only, relevance."""


@dataclass(frozen=True, slots=True)
class Reads:
    """Token ids, the place of the window's first token, the answer's first and last (0: none)."""

    ids: list[int]
    first: int
    begin: int = 0
    end: int = 0


class Reader(nn.Module):
    """The encoder's lower layers with three numbers for each token."""

    def __init__(self, directory: Path, *, layers: int, frozen: int) -> None:
        super().__init__()
        encoder = BertModel.from_pretrained(
            directory, add_pooling_layer=False, dtype=torch.float32,
            attn_implementation="sdpa", attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0,
        )  # fmt: skip
        encoder.encoder.layer = encoder.encoder.layer[:layers]
        still = [encoder.embeddings, *encoder.encoder.layer[:frozen]]
        for parameter in (p for module in still for p in module.parameters()):
            parameter.requires_grad_(False)
        self.encoder = encoder
        self.head = nn.Linear(encoder.config.hidden_size, OUTPUTS)

    def forward(self, ids: Tensor, mask: Tensor, first: Tensor) -> tuple[Tensor, Tensor]:
        """Return begin and end logits [batch, tokens, 2] and relevance logits [batch].

        Only ``<s>`` and the window's tokens can be chosen.
        """
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        numbers = self.head(states)
        places = torch.arange(ids.shape[1], device=ids.device)[None]
        last = mask.sum(1, keepdim=True) - 1
        closed = ((places > 0) & (places < first[:, None])) | (places >= last)
        return numbers[..., :2].masked_fill(closed[..., None], -1e4), numbers[:, 0, 2]

    def begin_from(self, state: dict[str, Tensor]) -> None:
        """Take over a checkpoint; relevance, where it has none, starts as the odds of <s>."""
        own = self.state_dict()
        for key, value in state.items():
            own[key][: len(value)].copy_(value)
            if key.startswith("head.") and len(value) < OUTPUTS:
                own[key][OUTPUTS - 1].copy_(-value.sum(0) / 2)

    def checkpoint(self) -> dict[str, Tensor]:
        """Return what training may have changed: all but the word vectors."""
        return {k: v for k, v in self.state_dict().items() if "word_embeddings" not in k}


def reads(tokenizer: UnigramTokenizer, question: str, window: Window) -> Reads | None:
    """Return the tokens of a window; None where the answer does not fit in."""
    ids, first, starts = encode(tokenizer, question, window.title, window.text)
    if window.start < 0:
        return Reads(ids, first)
    begin = int(np.searchsorted(starts, window.start, side="right")) - 1
    end = int(np.searchsorted(starts, window.end, side="left")) - 1
    if not 0 <= begin <= end:
        return None
    return Reads(ids, first, first + begin, first + end)


def drawn_reads(
    row: dict[str, Any], drawer: WindowDrawer, tokenizer: UnigramTokenizer, chance: random.Random
) -> tuple[Drawn, list[Reads]] | None:
    """Return a question with its windows' tokens, None where they cannot be had."""
    drawn = drawer.drawn(row, chance)
    if drawn is None:
        return None
    made = [reads(tokenizer, drawn.question, window) for window in drawn.windows]
    whole = [read for read in made if read is not None]
    return (drawn, whole) if len(whole) == len(made) else None


def collate(batch: Sequence[Reads], device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids and mask, [batch, tokens], and the windows' first tokens, [batch]."""
    length = max(len(read.ids) for read in batch)
    ids = torch.ones(len(batch), length, dtype=torch.long)
    mask = torch.zeros(len(batch), length, dtype=torch.long)
    for place, read in enumerate(batch):
        ids[place, : len(read.ids)] = torch.tensor(read.ids)
        mask[place, : len(read.ids)] = 1
    first = torch.tensor([read.first for read in batch])
    return ids.to(device), mask.to(device), first.to(device)


def loss_of(
    drawn: Drawn, edges: Tensor, relevance: Tensor, batch: Sequence[Reads]
) -> dict[str, Tensor]:
    """Return the losses of one question: spans over all windows, of each, and relevance."""
    count, length = edges.shape[:2]
    device = edges.device
    losses: dict[str, Tensor] = {}
    targets = [(read.begin, read.end) for read in batch]
    if drawn.spans:
        odds = edges - edges[:, :1]
        odds = odds[:, 1:].reshape(count * (length - 1), 2)
        odds = torch.cat([torch.zeros(1, 2, device=device), odds])
        shared, own = edges.new_zeros(()), edges.new_zeros(())
        for side in (0, 1):
            there = 0
            if drawn.relevant >= 0:
                there = 1 + drawn.relevant * (length - 1) + targets[drawn.relevant][side] - 1
            shared = shared + cross_entropy(odds[None, :, side], torch.tensor([there]).to(device))
            places = torch.tensor([target[side] for target in targets]).to(device)
            own = own + cross_entropy(edges[..., side], places)
        losses["shared"], losses["own"] = shared / 2, own / 4
    wanted = torch.zeros(count, device=device)
    if drawn.relevant >= 0:
        wanted[drawn.relevant] = 1.0
    list_wise = torch.cat([torch.zeros(1, device=device), relevance])[None]
    target = torch.tensor([drawn.relevant + 1]).to(device)
    losses["list"] = cross_entropy(list_wise, target) / 2
    losses["each"] = binary_cross_entropy_with_logits(relevance, wanted) / 2
    return losses


@torch.no_grad()
def held_out_figures(
    model: Reader,
    rows: Sequence[dict[str, Any]],
    drawer: WindowDrawer,
    tokenizer: UnigramTokenizer,
    device: torch.device,
) -> dict[str, float]:
    """Return the mean losses over held-out questions, and how often the best tokens are right."""
    sums: dict[str, float] = {}
    right = total = 0
    for number, row in enumerate(rows):
        made = drawn_reads(row, drawer, tokenizer, random.Random(number))
        if made is None:
            continue
        drawn, batch = made
        edges, relevance = model(*collate(batch, device))
        for name, value in loss_of(drawn, edges, relevance, batch).items():
            sums[name] = sums.get(name, 0.0) + value.item()
        if drawn.spans:
            total += 1
            odds = (edges - edges[:, :1]).cpu().numpy()
            best = [int(o.max(0).sum() > 0) and tuple(o.argmax(0).tolist()) for o in odds]
            place = int(np.argmax([o[1:].max(0).sum() for o in odds]))
            told = best[place] or (0, 0)
            gold = (0, 0) if drawn.relevant < 0 else (batch[place].begin, batch[place].end)
            right += told == gold and drawn.relevant in (-1, place)
    return {k: round(v / max(1, total), 4) for k, v in sums.items()} | {
        "exact": round(right / max(1, total), 4)
    }
