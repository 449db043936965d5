// Draws one answer: while it streams, and when it is complete.
import { blockElements, isPlain } from "./blocks.js";
import { announce, clear, h, icon, knows, t } from "./dom.js";
import { citeMark, confidence, verdictBadge } from "./marks.js";

// What matters for trusting the answer; other notes only inform.
const WARNINGS = ["conflict", "premise", "suspicious"];
const CLOSE_SCRIPTS = /^(zh|ja|yue)/;

/** Cut the end of a sentence that must stay on one line with its marks. */
function lastPiece(text) {
  const word = text.match(/[A-Za-z0-9'’,.-]{1,18}[\p{P}]*$/u);
  if (word) return text.length - word[0].length;
  const letters = text.match(/.[\p{P}]{0,2}$/su);
  return letters ? text.length - letters[0].length : text.length;
}

/** Put the short answer's own words forward inside the sentence that holds it. */
const runNode = (run) => (run.key ? h("strong", { class: "key" }, run.text) : run.text);

const runNodes = (runs) => runs.map(runNode);

/** A quoted unit that is more than a paragraph: its blocks, then its marks in a line of their own. */
function unitElement(view, sentence, index, open) {
  return h(
    "div",
    { class: `sentence unit ${sentence.verdict}`, "data-sentence": index },
    blockElements(sentence.blocks, runNodes),
    h(
      "p",
      { class: "unit-marks" },
      sentence.marks.map((mark) => citeMark(view, mark.number, mark.quotes, open)),
      verdictBadge(sentence),
    ),
  );
}

function sentenceElement(view, sentence, index, open) {
  // Conversations kept by an earlier version have no blocks.
  if (sentence.blocks?.length && !isPlain(sentence.blocks))
    return unitElement(view, sentence, index, open);
  // The words that decide in a quoted paragraph are lit in its block, where it has any.
  const quoted = sentence.blocks?.[0]?.runs ?? [];
  const own = quoted.some((run) => run.key) ? quoted : sentence.runs;
  // Conversations kept by an earlier version have no runs.
  const runs = own?.length ? own : [{ text: sentence.text, key: false }];
  const last = runs.at(-1);
  const cut = lastPiece(last.text);
  const tight = h(
    "span",
    { class: "keep" },
    runNode({ ...last, text: last.text.slice(cut) }),
    sentence.marks.map((mark) => citeMark(view, mark.number, mark.quotes, open)),
    verdictBadge(sentence),
  );
  return h(
    "span",
    { class: `sentence ${sentence.verdict}`, "data-sentence": index },
    h(
      "span",
      { class: "words" },
      runs.slice(0, -1).map(runNode),
      cut ? runNode({ ...last, text: last.text.slice(0, cut) }) : null,
    ),
    tight,
  );
}

/** Say why a model did not answer: `detail` is "name: code", or the code alone. */
function failureText(detail) {
  const cut = detail.lastIndexOf(": ");
  const name = cut < 0 ? "" : detail.slice(0, cut);
  const why = cut < 0 ? detail : detail.slice(cut + 2);
  const words = knows(`fallback_${why}`) ? t(`fallback_${why}`) : why;
  return [name, words].filter(Boolean).join(t("colon"));
}

/** Say a note of the answerer as one sentence; one this page does not know is shown as it is. */
function noteText({ code, detail }) {
  const key = [`note_${code}_why`, `note_${code}`].find(
    (candidate) => knows(candidate) && (detail || !candidate.endsWith("_why")),
  );
  const told = code === "fallback" && detail ? failureText(detail) : detail;
  return key
    ? t(key, { detail: told })
    : t("note_other", { detail: [code, detail].filter(Boolean).join(" ") });
}

function cautions(view) {
  const rows = view.notes.map((note) => [
    noteText(note),
    WARNINGS.includes(note.code) ? "warn" : "info",
  ]);
  if (view.outcome === "unchecked") rows.unshift([t("unchecked"), "warn"]);
  return rows.map(([text, kind]) =>
    h("p", { class: `caution ${kind}` }, icon(kind), h("span", {}, text)),
  );
}

function nearest(view, open) {
  const sources = view.sources.slice(0, 3);
  if (!sources.length) return null;
  return h(
    "div",
    { class: "nearest" },
    h("h3", {}, t("nearest")),
    sources.map((source) => {
      const button = h(
        "button",
        { type: "button", lang: source.language, onclick: () => open(source.number, [], button) },
        h("span", { class: "source-number", "aria-hidden": "true" }, String(source.number)),
        h(
          "b",
          {},
          [source.title, source.date].filter(Boolean).map((text) => h("span", {}, text)),
        ),
        h("span", { class: "snippet" }, source.snippet),
      );
      return button;
    }),
  );
}

/** Return the answer as text with its citations, as the copy button gives it. */
export function answerText(view) {
  const used = view.sources.filter((source) => source.cited);
  const lines = used.map((source) => {
    const quotes = view.quotes.filter((quote) => quote.number === source.number);
    const about = [source.title, source.date, source.origin].filter(Boolean).join(", ");
    return `[${source.number}] ${about}${quotes.map((quote) => `\n    “${quote.text.trim()}”`).join("")}`;
  });
  const words = view.text.trim();
  const lead = view.short && !words.startsWith(view.short) ? view.short : "";
  return [lead, words, lines.join("\n")].filter(Boolean).join("\n\n");
}

/** An answer on the page. `hooks.open(view, number, positions, button)` shows a source. */
export class AnswerCard {
  constructor(hooks) {
    this.hooks = hooks;
    this.view = { sources: [], quotes: [] };
    this.pending = "";
    // How many sources were found: marks up to this number are shown as marks while text streams.
    this.found = 0;
    this.state = h(
      "p",
      { class: "state" },
      h("span", { class: "pulse" }),
      h("span", {}, t("state_sent")),
    );
    this.head = h("div", { class: "answer-head" }, this.state);
    this.said = h("div", { class: "said" });
    this.more = h("div", {});
    this.foot = h("div", { class: "answer-foot" });
    this.element = h(
      "article",
      { class: "answer", "aria-label": t("answer"), "aria-busy": "true" },
      this.head,
      this.said,
      this.more,
      this.foot,
    );
  }

  setState(text) {
    this.state.lastChild.textContent = text;
  }

  open = (number, positions, button) => this.hooks.open(this, number, positions, button);

  /** Sources arrive before the words, so that marks can be shown while text streams. */
  retrieved(event) {
    this.view.sources = event.sources;
    this.found = event.sources.length;
    this.setState(t("state_reading", { count: event.sources.length }));
  }

  /** Add text; a mark that is cut in two waits for its rest. */
  append(text) {
    this.pending += text;
    while (this.pending) {
      const plain = this.pending.match(/^[^[]+/);
      if (plain) {
        this.said.append(plain[0]);
        this.pending = this.pending.slice(plain[0].length);
      } else if (/^\[\d{0,3}$/.test(this.pending)) {
        return;
      } else {
        const mark = this.pending.match(/^\[(\d+)\]/);
        const number = Number(mark?.[1]);
        const known = number >= 1 && number <= this.found;
        // Only the checked answer says which marks are citations; until then they lead nowhere.
        this.said.append(known ? h("span", { class: "cite" }, String(number)) : (mark?.[0] ?? "["));
        this.pending = this.pending.slice(mark?.[0].length ?? 1);
      }
    }
  }

  /** Draw the checked answer over the streamed words. */
  complete(view) {
    this.view = view;
    this.element.lang = view.language;
    const declined = view.outcome === "declined";
    const spaced = !CLOSE_SCRIPTS.test(view.language);
    const lead = declined ? view.text : view.short;
    clear(
      this.head,
      lead ? h("p", { class: "short" }, lead) : h("p", { class: "state" }, t("answered")),
      // A greeting rests on no document: there is nothing to be sure of.
      declined || !view.sentences.length ? null : confidence(view),
    );
    if (declined) clear(this.said);
    else {
      clear(
        this.said,
        view.sentences.flatMap((sentence, index) => [
          index && spaced ? " " : null,
          sentenceElement(view, sentence, index, this.open),
        ]),
      );
      if (!view.sentences.length) this.said.append(view.text);
    }
    this.said.hidden = declined;
    clear(this.more, cautions(view), declined ? nearest(view, this.open) : null);
    this.finish();
  }

  stopped() {
    clear(this.head, h("p", { class: "state" }, t("stopped")));
    if (this.pending) this.said.append(this.pending);
    this.pending = "";
    this.finish();
  }

  failed(message) {
    clear(this.head, h("p", { class: "state" }, t("failed")));
    clear(
      this.more,
      h("p", { class: "caution failed", role: "alert" }, icon("warn"), h("span", {}, message)),
    );
    this.finish();
  }

  finish() {
    this.element.setAttribute("aria-busy", "false");
    this.said.hidden ||= !this.said.childNodes.length;
  }

  announce() {
    const { outcome, short, text } = this.view;
    announce(outcome === "answered" ? t("announce_answer", { text: short || text }) : text);
  }

  /** Light the sentences that rest on a quote; return the first mark of them. */
  light(position, number) {
    let first = null;
    this.view.sentences?.forEach((sentence, index) => {
      const marks = sentence.marks.filter(
        (mark) => mark.number === number && (position === null || mark.quotes.includes(position)),
      );
      const element = this.said.querySelector(`[data-sentence="${index}"]`);
      element?.classList.toggle("lit", marks.length > 0);
      if (marks.length) first ??= element?.querySelector(`.cite[data-number="${number}"]`);
    });
    return first;
  }

  dim() {
    for (const lit of this.said.querySelectorAll(".lit")) lit.classList.remove("lit");
  }

  setFoot(...children) {
    clear(this.foot, children);
  }
}
