// Remarks on answers, and questions without an answer: sent, listed, exported for evaluation.
import { Failure, post } from "./client.js";
import { action, boot, clear, count, dialog, h, icon, languageOf, t, toast } from "./dom.js";
import { browserName, randomName } from "./store.js";

const KINDS = { right: "check", wrong: "wrong", wrong_source: "target" };

function entryOf(turn, kind) {
  const { answer } = turn;
  turn.id ??= randomName();
  return {
    browser: browserName(),
    id: turn.id,
    kind,
    question: turn.question,
    standalone: answer.standalone,
    answer: answer.text.slice(0, 4000),
    short: answer.short.slice(0, 1000),
    quotes: answer.quotes.map((quote) => quote.text.trim().slice(0, 1000)).slice(0, 20),
    gold: [...new Set(answer.quotes.map((quote) => quote.document))].slice(0, 20),
    collection: turn.collection || "default",
    comment: turn.comment ?? "",
    expected: turn.expected ?? "",
  };
}

async function put(entry) {
  try {
    await post("api/feedback", entry);
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

/** Keep a question that got no answer; the reader need not do anything. */
export async function noteUnanswered(turn) {
  if (!boot.managed || turn.answer?.outcome !== "declined" || turn.feedback) return;
  turn.feedback = "unanswered";
  await put(entryOf(turn, "unanswered"));
}

async function commentOn(entry) {
  const comment = h("textarea", { id: "comment", maxlength: "2000" });
  const expected = h("input", { id: "expected", maxlength: "2000" });
  comment.value = entry.comment;
  expected.value = entry.expected;
  const sure = await dialog({
    title: t("comment_title"),
    body: [
      h("p", { class: "muted small" }, entry.question),
      h(
        "div",
        { class: "field" },
        h("label", { for: "expected" }, t("expected")),
        expected,
        h("p", { class: "muted small" }, t("expected_why")),
      ),
      h("div", { class: "field" }, h("label", { for: "comment" }, t("comment")), comment),
    ],
    confirm: t("save"),
  });
  if (!sure) return null;
  return { comment: comment.value, expected: expected.value };
}

/** Make the buttons below an answer. `save` keeps the turn. */
export function feedbackButtons(turn, save) {
  if (!boot.managed) return null;
  // An answer that cites nothing has no source that could be wrong.
  const kinds = Object.entries(KINDS).filter(
    ([kind]) => kind !== "wrong_source" || turn.answer.outcome !== "declined",
  );
  const buttons = kinds.map(([kind, drawing]) =>
    action(drawing, t(`feedback_${kind}`), () => set(kind), {
      "aria-pressed": "false",
      "data-kind": kind,
    }),
  );
  const show = () => {
    for (const button of buttons)
      button.setAttribute("aria-pressed", String(turn.feedback === button.dataset.kind));
  };
  async function set(kind) {
    const taken = turn.feedback === kind;
    if (taken) {
      await post("api/feedback/remove", { browser: browserName(), id: turn.id }).catch(() => {});
      turn.feedback = undefined;
    } else if (await put(entryOf(turn, kind))) {
      turn.feedback = kind;
      toast(t("feedback_thanks"));
    }
    show();
    save();
  }
  async function comment() {
    const written = await commentOn({
      question: turn.question,
      comment: turn.comment ?? "",
      expected: turn.expected ?? "",
    });
    if (!written) return;
    Object.assign(turn, written);
    const kind = turn.feedback ?? (written.expected ? "wrong" : "right");
    if (await put(entryOf(turn, kind))) {
      turn.feedback = kind;
      toast(t("feedback_thanks"));
    }
    show();
    save();
  }
  show();
  return h(
    "span",
    { class: "acts", role: "group", "aria-label": t("nav_feedback") },
    buttons,
    action("note", t("comment"), comment),
  );
}

async function download(section) {
  try {
    const response = await fetch("api/feedback/export", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ browser: browserName() }),
    });
    if (!response.ok) throw new Failure(t("error_server"));
    const address = URL.createObjectURL(await response.blob());
    const link = h("a", { href: address, download: "questions.jsonl" });
    section.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    toast(error.message);
  }
}

function entryElement(entry, again) {
  const kinds = { right: "good", wrong: "bad", wrong_source: "partly", unanswered: "partly" };
  const when = new Intl.DateTimeFormat(boot.language, {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(new Date(entry.time * 1000));
  const change = async () => {
    const written = await commentOn(entry);
    if (!written) return;
    const { time, tells, ...kept } = entry;
    if (await put({ ...kept, ...written, browser: browserName() })) again();
  };
  const remove = async () => {
    await post("api/feedback/remove", { browser: browserName(), id: entry.id }).catch((error) =>
      toast(error.message),
    );
    again();
  };
  return h(
    "li",
    { class: "entry" },
    h(
      "div",
      { class: "entry-head" },
      h("span", { class: `badge ${kinds[entry.kind]}` }, t(`feedback_${entry.kind}`)),
      h("b", { class: "grow", lang: languageOf(entry.question) }, entry.question),
      h("span", { class: "muted small" }, when),
    ),
    entry.standalone
      ? h("p", { class: "muted small", lang: languageOf(entry.standalone) }, t("understood_as", { question: entry.standalone }))
      : null,
    entry.kind === "unanswered"
      ? null
      : h("p", { lang: languageOf(entry.answer) }, entry.answer),
    entry.expected ? h("p", {}, h("b", {}, t("expected")), " ", entry.expected) : null,
    entry.comment ? h("p", {}, h("b", {}, t("comment")), " ", entry.comment) : null,
    entry.tells ? null : h("p", { class: "muted small" }, t("tells_nothing")),
    h(
      "div",
      { class: "toolbar" },
      action("edit", t("comment_title"), change),
      action("trash", t("remove"), remove),
    ),
  );
}

/** Draw the list of remarks into its section. */
export async function drawFeedback(section) {
  const head = [h("h2", {}, t("nav_feedback")), h("p", { class: "muted" }, t("feedback_about"))];
  if (!boot.managed) {
    clear(section, head);
    return;
  }
  let entries;
  try {
    ({ entries } = await post("api/feedback/list", { browser: browserName() }));
  } catch (error) {
    clear(
      section,
      head,
      h(
        "p",
        { class: "caution failed", role: "alert" },
        icon("warn"),
        h("span", {}, error.message),
      ),
    );
    return;
  }
  const usable = entries.filter((entry) => entry.tells).length;
  const again = () => drawFeedback(section);
  const part = (key, list) =>
    list.length
      ? [
          h("h3", {}, t(key, { count: count(list.length) })),
          h(
            "ul",
            { class: "entries" },
            list.map((entry) => entryElement(entry, again)),
          ),
        ]
      : [];
  clear(
    section,
    head,
    h(
      "div",
      { class: "toolbar" },
      h(
        "button",
        { type: "button", class: "primary", disabled: !usable, onclick: () => download(section) },
        icon("download"),
        t("export"),
      ),
      h(
        "span",
        { class: "muted small" },
        t("export_about", { usable: count(usable), all: count(entries.length) }),
      ),
    ),
    part(
      "unanswered_questions",
      entries.filter((entry) => entry.kind === "unanswered"),
    ),
    part(
      "rated_answers",
      entries.filter((entry) => entry.kind !== "unanswered"),
    ),
    entries.length ? null : h("p", { class: "muted" }, t("no_feedback")),
  );
}
