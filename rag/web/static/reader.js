// The whole document in a window, opened at a quote; more text is fetched while scrolling.
import { blockElements } from "./blocks.js";
import { action, byId, clear, count, h, t, toast } from "./dom.js";
import { get } from "./client.js";

const REACH = 6000;

const drawRuns = (runs) =>
  runs.map((run) => (run.marks.length ? h("mark", { class: "quote" }, run.text) : run.text));

/** Open a document at the quotes of a source, or at its passage where nothing is cited. */
export async function openReader(collection, source, quotes, opener) {
  const own = quotes.filter((quote) => quote.number === source.number);
  const at = own[0]?.start ?? source.start ?? 0;
  const spans = quotes.map((quote) => `${quote.start}-${quote.end}`).join(",");
  const query = { collection, id: source.document, reach: REACH, spans };
  let part;
  try {
    part = await get("api/document", { ...query, at });
  } catch (error) {
    toast(error.message);
    return;
  }
  const text = h("div", {
    class: "reader-text",
    lang: part.language,
    tabindex: "0",
    role: "region",
    "aria-label": part.title,
  });
  const dialog = byId("reader");
  let { first, last } = part;

  async function more(button, before) {
    button.disabled = true;
    try {
      const side = before ? "before" : "after";
      const next = await get("api/document", { ...query, at: before ? first : last, side });
      const blocks = blockElements(next.blocks, drawRuns);
      const height = text.scrollHeight;
      if (before) {
        button.after(...blocks);
        first = next.first;
        text.scrollTop += text.scrollHeight - height;
      } else {
        button.before(...blocks);
        last = next.last;
      }
      button.hidden = !(before ? next.more_before : next.more_after);
    } catch (error) {
      toast(error.message);
    }
    button.disabled = false;
  }

  const earlier = h(
    "button",
    { type: "button", class: "plain more", onclick: () => more(earlier, true) },
    t("earlier"),
  );
  const later = h(
    "button",
    { type: "button", class: "plain more", onclick: () => more(later, false) },
    t("later"),
  );
  earlier.hidden = !part.more_before;
  later.hidden = !part.more_after;
  text.append(earlier, ...blockElements(part.blocks, drawRuns), later);
  const about = [part.date, part.origin, t("characters", { count: count(part.characters) })];
  clear(
    dialog,
    h(
      "div",
      { class: "reader-head" },
      h(
        "div",
        { class: "grow" },
        h("h2", { id: "reader-title", lang: part.language }, part.title),
        h(
          "p",
          { class: "source-about" },
          about.filter(Boolean).map((word) => h("span", {}, word)),
        ),
      ),
      own.length ? action("target", t("to_quote"), () => toQuote(), { kind: "act" }) : null,
      action("close", t("close"), () => dialog.close(), { kind: "icon-button", bare: true }),
    ),
    text,
  );
  function toQuote() {
    const mark = text.querySelector("mark") ?? text.querySelector(".here");
    mark?.scrollIntoView({ block: "center" });
  }
  if (!own.length && source.start) {
    const blocks = [...text.querySelectorAll("[data-start]")];
    blocks
      .filter((block) => Number(block.dataset.start) <= source.start)
      .at(-1)
      ?.classList.add("here");
  }
  dialog.addEventListener("close", () => opener?.focus(), { once: true });
  dialog.showModal();
  text.focus();
  toQuote();
}
