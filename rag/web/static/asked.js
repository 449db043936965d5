// A question in the conversation: its words, how it was understood, putting it differently.
import { action, clear, h, languageOf, t } from "./dom.js";

/** Say whether a key sends: Enter, but not while an input method composes. */
export function isSend(event) {
  // 229: the key belongs to an input method that is still composing.
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

/** Make the element of a question; `restart(question)` asks it in other words. */
export function askedElement(turn, restart) {
  const row = h("div", { class: "asked-row" });
  const standalone = turn.answer?.standalone;
  const place = h(
    "div",
    { class: "asked" },
    row,
    standalone
      ? h("p", { class: "standalone", lang: languageOf(standalone) }, t("understood_as", { question: standalone }))
      : null,
  );
  const show = () =>
    clear(
      row,
      action("edit", t("edit"), edit, { kind: "icon-button", bare: true }),
      h("h2", { class: "asked-text", lang: languageOf(turn.question) }, turn.question),
    );
  function edit() {
    const area = h("textarea", {
      maxlength: "2000",
      "aria-label": t("edit"),
      lang: languageOf(turn.question),
    });
    area.value = turn.question;
    const leave = () => {
      show();
      row.querySelector("button").focus();
    };
    const again = () => {
      const question = area.value.trim();
      if (question) restart(question);
    };
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave();
      else if (isSend(event)) {
        event.preventDefault();
        again();
      }
    });
    clear(
      row,
      h(
        "div",
        { class: "edit-box" },
        area,
        h(
          "div",
          {},
          h("button", { type: "button", class: "plain", onclick: leave }, t("cancel")),
          h("button", { type: "button", class: "primary", onclick: again }, t("ask_again")),
        ),
      ),
    );
    area.focus();
  }
  show();
  return place;
}
