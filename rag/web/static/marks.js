// The small signs of an answer: citation marks, badges of the checker, how sure it is.
import { h, icon, knows, t } from "./dom.js";
import { withTip } from "./tip.js";

const VERDICT_ICONS = { supported: "check", partial: "half", unsupported: "wrong" };
const BARS = { very_low: 1, low: 2, fair: 3, high: 4 };

/** Say the reasons of a checker in words. */
export function reasonTexts(reasons) {
  return reasons.map(({ code, detail }) => {
    const key = `reason_${code}`;
    return knows(key)
      ? t(key, { detail })
      : t("reason_other", { detail: [code, detail].filter(Boolean).join(" ") });
  });
}

function citeTip(view, number, positions) {
  const source = view.sources.find((candidate) => candidate.number === number);
  const quotes = positions.map((position) => view.quotes[position]);
  const title = source ? [source.title, source.date].filter(Boolean).join(" · ") : "";
  const doubtful = quotes.length > 0 && quotes.every((quote) => quote.support === "unsupported");
  return h(
    "div",
    {},
    h("p", { class: "tip-title", lang: source?.language }, title),
    doubtful ? h("p", { class: "tip-doubt" }, t("why_unsupported")) : null,
    quotes.length
      ? quotes.map((quote) =>
          h("p", { class: "tip-quote", lang: source?.language }, quote.text.trim()),
        )
      : h("p", { class: "tip-quote", lang: source?.language }, source?.snippet ?? ""),
  );
}

/** Make the button of a citation mark. `open(number, positions, button)` shows the source. */
export function citeMark(view, number, positions, open) {
  const source = view.sources.find((candidate) => candidate.number === number);
  const button = h(
    "button",
    {
      type: "button",
      class: "cite",
      "data-number": number,
      "aria-label": t("cite_label", { number, title: source?.title ?? "" }),
      onclick: () => open(number, positions, button),
    },
    String(number),
  );
  return withTip(button, () => citeTip(view, number, positions));
}

/** Make the badge of a checked sentence; its reasons show on hover, focus and touch. */
export function verdictBadge(sentence) {
  const word = t(`verdict_${sentence.verdict}`);
  const reasons = reasonTexts(sentence.reasons);
  const why = reasons.length ? reasons : [t(`why_${sentence.verdict}`)];
  const badge = h(
    "button",
    {
      type: "button",
      class: `verdict ${sentence.verdict}`,
      "aria-label": [word, ...why].join(t("colon")),
    },
    icon(VERDICT_ICONS[sentence.verdict]),
    sentence.verdict === "supported" ? null : word,
  );
  return withTip(
    badge,
    () =>
      h(
        "div",
        {},
        h("p", { class: "tip-title" }, word),
        why.map((text) => h("p", {}, text)),
      ),
    { onPress: true },
  );
}

/** Say how sure the answer is, in words and bars; nothing is sure where no quote supports it. */
export function confidence(view) {
  const unchecked = view.outcome === "unchecked";
  const word = unchecked ? t("confidence_unchecked") : t(`confidence_${view.confidence_word}`);
  const bars = unchecked ? 0 : BARS[view.confidence_word];
  const percent = Math.round(view.confidence * 100);
  const why = unchecked ? t("unchecked") : t("confidence_why", { percent });
  const button = h(
    "button",
    {
      type: "button",
      class: `sure ${unchecked ? "none" : bars <= 2 ? "low" : ""}`,
      "aria-label": [word, why].join(t("colon")),
    },
    unchecked
      ? icon("warn")
      : h(
          "span",
          { class: "meter", "aria-hidden": "true" },
          [1, 2, 3, 4].map((n) => h("i", { class: n <= bars ? "on" : "" })),
        ),
    word,
  );
  const seconds = view.seconds.total;
  return withTip(
    button,
    () =>
      h(
        "div",
        {},
        h("p", {}, why),
        seconds === undefined
          ? null
          : h(
              "p",
              { class: "muted small" },
              t("took", { seconds: seconds.toFixed(seconds < 1 ? 2 : 1) }),
            ),
      ),
    { onPress: true },
  );
}
