"""Retrieval figures over distinct documents, computed by ``pytrec_eval`` (trec_eval).

The hits of a question become the list of their documents, each at its best rank. Then

* ``recall@k`` is 1 when the need is met within the first k documents: one gold document is
  there, or all of them where the question needs all (trec_eval's ``success_k``, or its
  ``recall_k`` being 1);
* ``MRR@10`` is one over the rank of the first gold document, 0 beyond rank 10
  (``recip_rank`` of the first ten);
* ``nDCG@10`` has gain 1 for each gold document (``ndcg_cut_10``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

DEPTH = 10
"""Documents looked at."""

CUTS = (1, 5, 10)
"""The k of recall@k."""


def distinct(documents: Sequence[str], aliases: Mapping[str, str] | None = None) -> list[str]:
    """Return the documents without repetition, in order, equal ones under one id."""
    names = aliases or {}
    return list(dict.fromkeys(names.get(document, document) for document in documents))


def ranking_figures(
    ranked: Mapping[str, Sequence[str]],
    gold: Mapping[str, Collection[str]],
    need_all: Collection[str] = (),
) -> dict[str, dict[str, float]]:
    """Return ``recall@1``, ``recall@5``, ``recall@10``, ``mrr@10`` and ``ndcg@10`` by question.

    ``ranked`` gives the distinct documents found for each question, best first, ``gold`` those
    that hold its answer; ``need_all`` names the questions that need every one of them.
    """
    from pytrec_eval import RelevanceEvaluator

    cuts = ",".join(str(cut) for cut in CUTS)
    wanted = {f"success.{cuts}", f"recall.{cuts}", "recip_rank", f"ndcg_cut.{DEPTH}"}
    judged = {question: dict.fromkeys(documents, 1) for question, documents in gold.items()}
    # trec_eval sorts by score, so the rank goes in as a falling score.
    runs = {
        question: {document: float(-rank) for rank, document in enumerate(ranked[question][:DEPTH])}
        for question in gold
    }
    raw = RelevanceEvaluator(judged, wanted).evaluate(runs) if judged else {}
    figures: dict[str, dict[str, float]] = {}
    for question, values in raw.items():
        met = (
            {cut: float(values[f"recall_{cut}"] == 1.0) for cut in CUTS}
            if question in need_all
            else {cut: float(values[f"success_{cut}"]) for cut in CUTS}
        )
        figures[question] = {
            **{f"recall@{cut}": met[cut] for cut in CUTS},
            f"mrr@{DEPTH}": float(values["recip_rank"]),
            f"ndcg@{DEPTH}": float(values[f"ndcg_cut_{DEPTH}"]),
        }
    return figures
