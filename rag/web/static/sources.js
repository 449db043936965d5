// The panel beside the conversation: cited paragraphs with their neighbours, quotes marked.
import { blockElements } from "./blocks.js";
import { action, byId, clear, count, h, t } from "./dom.js";
import { openReader } from "./reader.js";
import { hideTip } from "./tip.js";

const PARTS = ["dense", "lexical", "fused", "rerank"];

// Room for the title that stays at the top of its card, in pixels.
const HEAD = 90;

let card = null;
let returnTo = null;

const sheet = () => matchMedia("(max-width: 860px)").matches;

/** Join neighbouring runs of the same quotes, so that a quote is one thing to press. */
function grouped(runs) {
  const groups = [];
  for (const run of runs) {
    const name = run.marks.join(" ");
    if (groups.at(-1)?.name === name) groups.at(-1).runs.push(run);
    else groups.push({ name, marks: run.marks, runs: [run] });
  }
  return groups;
}

const runNode = (run) => (run.key ? h("strong", { class: "key" }, run.text) : run.text);

function quoteMark(view, group, number) {
  const go = () => backToAnswer(group.marks[0], number);
  const doubtful = group.marks.every((mark) => view.quotes[mark]?.support === "unsupported");
  return h(
    "mark",
    {
      class: `quote ${doubtful ? "doubtful" : ""}`,
      role: "button",
      tabindex: "0",
      title: t(doubtful ? "quote_doubtful" : "quote_back"),
      "data-quotes": group.name,
      onclick: go,
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        go();
      },
    },
    group.runs.map(runNode),
  );
}

// Conversations kept by an earlier version have no blocks.
const paragraph = (source) => ({ kind: "paragraph", start: source.start, runs: source.runs });

const nearParagraph = (near) => h("p", { class: `near ${near.kind}` }, near.text);

function sourceElement(view, source) {
  const about = [source.date, source.origin, source.heading].filter(Boolean);
  const scores = PARTS.filter((part) => part in source.scores);
  const quotes = view.quotes
    .map((quote, position) => ({ ...quote, position }))
    .filter((quote) => quote.document === source.document);
  return h(
    "article",
    {
      class: `source ${source.cited ? "" : "uncited"}`,
      "data-source": source.number,
      tabindex: "-1",
      "aria-label": t("source_label", { number: source.number, title: source.title }),
    },
    h(
      "div",
      { class: "source-head" },
      h("span", { class: "source-number", "aria-hidden": "true" }, String(source.number)),
      h(
        "div",
        { class: "grow" },
        h("h3", { lang: source.language }, source.title),
        h(
          "p",
          { class: "source-about", lang: source.language },
          about.map((text) => h("span", {}, text)),
        ),
        // Conversations kept from before know no repeats.
        source.repeats?.length
          ? h("p", { class: "source-about" }, t("repeats", { titles: source.repeats.join("; ") }))
          : null,
      ),
    ),
    h(
      "div",
      { class: "passage", lang: source.language },
      source.before.map(nearParagraph),
      h(
        "div",
        { class: "own" },
        blockElements(
          source.blocks ?? [paragraph(source)],
          (runs) =>
            grouped(runs).map((group) =>
              group.marks.length ? quoteMark(view, group, source.number) : group.runs.map(runNode),
            ),
          "h4",
        ),
      ),
      source.after.map(nearParagraph),
    ),
    source.cited
      ? null
      : h(
          "dl",
          { class: "scores" },
          scores.map((part) =>
            h(
              "div",
              {},
              h("dt", {}, t(`score_${part}`)),
              h("dd", {}, source.scores[part].toFixed(3)),
            ),
          ),
        ),
    h(
      "div",
      { class: "source-foot" },
      action("book", t("open_document"), (event) =>
        openReader(card.collection, source, quotes, event.currentTarget),
      ),
      source.cited
        ? action("back", t("back_to_answer"), () => backToAnswer(null, source.number))
        : null,
    ),
  );
}

/** Fill the panel with the sources of an answer. */
export function showSources(answerCard) {
  card?.element.classList.remove("active");
  card = answerCard;
  const body = byId("sources-body");
  const view = card?.view;
  if (!view?.quotes || !view.sources.length) {
    byId("sources-count").textContent = "";
    clear(body, h("p", { class: "muted empty" }, t("sources_empty")));
    return;
  }
  card.element.classList.add("active");
  const cited = view.sources.filter((source) => source.cited);
  const others = view.sources.filter((source) => !source.cited);
  byId("sources-count").textContent = t(cited.length ? "sources_count" : "sources_found", {
    cited: count(cited.length),
    all: count(view.sources.length),
  });
  clear(
    body,
    cited.map((source) => sourceElement(view, source)),
    others.length
      ? h(
          "details",
          { class: "others", open: !cited.length },
          h(
            "summary",
            {},
            t(cited.length ? "uncited" : "nearest_found", { count: count(others.length) }),
          ),
          h(
            "div",
            { class: "list" },
            others.map((source) => sourceElement(view, source)),
          ),
        )
      : null,
  );
  const first = body.querySelector("mark.quote");
  body.scrollTop = 0;
  if (first) scrollInto(body, first, "auto");
}

function unlight() {
  for (const lit of byId("sources-body").querySelectorAll(".lit")) lit.classList.remove("lit");
}

/** Bring a quote into view and the focus to its source. `button` is where to come back to. */
export function openSource(answerCard, number, positions, button) {
  hideTip();
  if (card !== answerCard) showSources(answerCard);
  returnTo = button;
  openPanel();
  unlight();
  const body = byId("sources-body");
  const source = body.querySelector(`[data-source="${number}"]`);
  if (!source) return;
  const fold = source.closest("details");
  if (fold) fold.open = true;
  const marks = [...source.querySelectorAll("mark.quote")].filter(
    (mark) =>
      !positions.length ||
      positions.some((position) => mark.dataset.quotes.split(" ").includes(String(position))),
  );
  source.classList.add("lit");
  for (const mark of marks) mark.classList.add("lit");
  const target = marks[0] ?? source;
  // A layout pass first: on a phone the sheet has only just been opened.
  requestAnimationFrame(() => {
    scrollInto(body, target, "smooth");
    (marks[0] ?? source).focus({ preventScroll: true });
  });
}

function scrollInto(body, target, behavior) {
  const box = target.getBoundingClientRect();
  const outer = body.getBoundingClientRect();
  // Already readable: moving it would only confuse.
  if (box.top >= outer.top + HEAD && box.bottom <= outer.bottom - 40) return;
  const top =
    body.scrollTop + box.top - outer.top - Math.max(HEAD, (outer.height - box.height) / 3);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  body.scrollTo({ top, behavior: calm ? "auto" : behavior });
}

/** Go from a quote to the sentence that rests on it. */
function backToAnswer(position, number) {
  const mark = card.light(position, number);
  const target = position === null ? (returnTo ?? mark) : (mark ?? returnTo);
  closePanel();
  if (!target) return;
  target.scrollIntoView({ block: "center", behavior: "auto" });
  target.focus({ preventScroll: true });
  setTimeout(() => card?.dim(), 2600);
}

/** Light the quotes of a sentence while the pointer is on it. */
export function hintQuotes(answerCard, positions) {
  if (card !== answerCard) return;
  for (const mark of byId("sources-body").querySelectorAll("mark.quote")) {
    mark.classList.toggle(
      "hint",
      mark.dataset.quotes.split(" ").some((own) => positions.includes(Number(own))),
    );
  }
}

export function openPanel() {
  if (!sheet()) return;
  byId("sources").classList.add("open");
  byId("veil").hidden = false;
  byId("main").inert = true;
}

export function closePanel() {
  byId("sources").classList.remove("open");
  byId("veil").hidden = true;
  byId("main").inert = false;
}

export function leavePanel() {
  if (!byId("sources").classList.contains("open")) return false;
  closePanel();
  returnTo?.focus();
  return true;
}
