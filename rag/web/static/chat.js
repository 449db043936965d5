// The conversation: ask, stop, retry, edit, copy, clear; what was said is kept in the browser.
import { askedElement, isSend } from "./asked.js";
import { AnswerCard, answerText } from "./answer.js";
import { Failure, ask, get } from "./client.js";
import { action, announce, boot, byId, clear, copyText, dialog, h, t } from "./dom.js";
import { feedbackButtons, noteUnanswered } from "./feedback.js";
import { closePanel, hintQuotes, openSource, showSources } from "./sources.js";
import * as store from "./store.js";

const HISTORY = 6;

let conversation = store.currentConversation();
let cards = [];
let running = null;
const listeners = new Set();

/** Call `listener` whenever the conversation or the list of them changes. */
export const onConversation = (listener) => listeners.add(listener);
const changed = () => listeners.forEach((listener) => listener(conversation));
export const shownConversation = () => conversation;

const scroller = () => byId("scroller");
const atEnd = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight < 80;
const toEnd = () => scroller().scrollTo({ top: scroller().scrollHeight });

function save() {
  conversation.title = conversation.turns[0]?.question.slice(0, 60) ?? "";
  if (conversation.turns.length) store.saveConversation(conversation);
  else store.removeConversation(conversation.id);
  store.rememberCurrent(conversation.id);
  changed();
}

function history(until) {
  return conversation.turns
    .slice(0, until)
    .filter((turn) => turn.answer)
    .slice(-HISTORY)
    .map((turn) => ({
      question: turn.question,
      answer: turn.answer.text,
      standalone: turn.answer.standalone,
    }));
}

const hooks = {
  open: (card, number, positions, button) => openSource(card, number, positions, button),
};

function newCard(turn) {
  const card = new AnswerCard(hooks);
  card.collection = turn.collection;
  card.said.addEventListener("pointerover", (event) => {
    const sentence = event.target.closest("[data-sentence]");
    const marks = sentence ? card.view.sentences?.[Number(sentence.dataset.sentence)]?.marks : [];
    hintQuotes(
      card,
      (marks ?? []).flatMap((mark) => mark.quotes),
    );
  });
  card.said.addEventListener("pointerleave", () => hintQuotes(card, []));
  card.element.addEventListener(
    "focusin",
    () => card.view.quotes && !card.element.classList.contains("active") && showSources(card),
  );
  card.element.addEventListener(
    "click",
    () => card.view.quotes && !card.element.classList.contains("active") && showSources(card),
  );
  return card;
}

function foot(card, turn) {
  const index = () => conversation.turns.indexOf(turn);
  const again = action("retry", t("retry"), () => run(index()), {});
  if (!turn.answer) return card.setFoot(again);
  card.setFoot(
    action("copy", t("copy"), () => copyText(answerText(turn.answer))),
    again,
    h("span", { class: "act-gap" }),
    feedbackButtons(turn, save),
  );
}

function turnElement(turn, index) {
  const card = newCard(turn);
  if (turn.answer) card.complete(turn.answer);
  else if (turn.error)
    card.failed(turn.error[boot.language] ?? turn.error.en ?? String(turn.error));
  else {
    card.found = turn.found ?? 0;
    card.append(turn.partial ?? "");
    card.stopped();
  }
  foot(card, turn);
  cards[index] = card;
  return h(
    "li",
    { class: "turn" },
    askedElement(turn, (question) => restart(index, question)),
    card.element,
  );
}

/** Draw the whole conversation. */
export function draw() {
  cards = [];
  const { turns } = conversation;
  clear(byId("turns"), turns.map(turnElement));
  byId("welcome").hidden = turns.length > 0;
  byId("clear").disabled = !turns.length;
  showSources(cards.at(-1));
  toEnd();
  changed();
}

/** Ask the question of a turn (again); later turns are dropped. */
async function run(index) {
  stop();
  const turn = conversation.turns[index];
  conversation.turns.length = index + 1;
  Object.assign(turn, { answer: undefined, error: undefined, partial: "", feedback: undefined });
  turn.collection = conversation.collection;
  const work = { controller: new AbortController(), turn, conversation };
  running = work;
  save();
  byId("welcome").hidden = true;
  const card = newCard(turn);
  cards[index] = card;
  cards.length = index + 1;
  const item = h(
    "li",
    { class: "turn" },
    askedElement(turn, (question) => restart(index, question)),
    card.element,
  );
  const list = byId("turns");
  while (list.children.length > index) list.lastChild.remove();
  list.append(item);
  toEnd();
  buttons();
  announce(t("state_sent"));
  const choices = store.choices();
  const options = Object.fromEntries(
    ["strictness", "passages", "backend"]
      .filter((key) => choices[key] !== undefined)
      .map((key) => [key, choices[key]]),
  );
  const request = {
    question: turn.question,
    history: history(index),
    collection: conversation.collection,
    documents: conversation.documents,
    options,
  };
  try {
    for await (const event of ask(request, work.controller.signal)) {
      const follow = atEnd();
      if (event.kind === "waiting")
        card.setState(event.before ? t("state_waiting", { count: event.before }) : t("state_next"));
      else if (event.kind === "started") card.setState(t("state_searching"));
      else if (event.kind === "retrieved") {
        card.retrieved(event);
        turn.found = event.sources.length;
      }
      else if (event.kind === "text") {
        card.append(event.text);
        turn.partial += event.text;
      } else if (event.kind === "answer") {
        turn.answer = event.answer;
        card.complete(event.answer);
        item.replaceChild(
          askedElement(turn, (question) => restart(index, question)),
          item.firstChild,
        );
      } else if (event.kind === "error")
        throw new Failure(event.message[boot.language] ?? event.message.en);
      if (follow) toEnd();
    }
    if (!turn.answer) throw new Failure(t("error_server"));
    delete turn.partial;
    card.announce();
    noteUnanswered(turn);
  } catch (error) {
    if (error.name === "AbortError") card.stopped();
    else {
      turn.error = { [boot.language]: error instanceof Failure ? error.message : t("error_page") };
      card.failed(turn.error[boot.language]);
      if (!(error instanceof Failure)) console.error(error);
    }
  }
  const follow = atEnd();
  foot(card, turn);
  if (running === work) running = null;
  buttons();
  // The turn may belong to a conversation that was left meanwhile; it is kept all the same.
  if (work.conversation === conversation) {
    save();
    if (turn.answer) showSources(card);
    if (follow) toEnd();
  } else if (store.loadConversation(work.conversation.id)) {
    store.saveConversation(work.conversation);
    changed();
  }
}

/** Replace the question of a turn and ask it; what came after is dropped. */
function restart(index, question) {
  conversation.turns[index].question = question;
  run(index);
}

export function submit(question) {
  if (running || !question.trim()) return;
  conversation.turns.push({ question: question.trim() });
  byId("clear").disabled = false;
  run(conversation.turns.length - 1);
}

export function stop() {
  running?.controller.abort();
  running = null;
  buttons();
}

function buttons() {
  byId("send").hidden = Boolean(running);
  byId("stop").hidden = !running;
  byId("send").disabled = !byId("question").value.trim();
}

export function newConversation() {
  stop();
  const { collection, documents } = conversation;
  conversation = { ...store.emptyConversation(), collection, documents };
  store.rememberCurrent(conversation.id);
  closePanel();
  draw();
  byId("question").focus();
}

export function openConversation(id) {
  const other = store.loadConversation(id);
  if (!other) return;
  stop();
  conversation = other;
  store.rememberCurrent(id);
  draw();
}

export function deleteConversation(id) {
  store.removeConversation(id);
  if (id === conversation.id) newConversation();
  else changed();
}

/** Ask in another collection, or in some documents only (none: all of them). */
export function restrict({ collection = conversation.collection, documents = [] }) {
  conversation.collection = collection;
  conversation.documents = documents;
  if (conversation.turns.length) save();
  else changed();
}

async function clearAll() {
  const sure = await dialog({
    title: t("clear_sure"),
    body: [h("p", {}, t("clear_means"))],
    confirm: t("clear"),
    danger: true,
  });
  if (!sure) return;
  stop();
  conversation.turns = [];
  save();
  draw();
  byId("question").focus();
}

/** Show questions made from the documents of the current collection. */
export async function drawExamples() {
  const place = byId("examples");
  try {
    const { examples } = await get("api/examples", { collection: conversation.collection });
    // Naming the one document there is with every question would say nothing.
    const several = new Set(examples.map((example) => example.title)).size > 1;
    clear(
      place,
      examples.map((example) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", lang: example.language, onclick: () => submit(example.question) },
            example.question,
            several ? h("small", {}, example.title) : null,
          ),
        ),
      ),
    );
  } catch {
    clear(place);
  }
}

export function startChat() {
  const question = byId("question");
  const send = () => {
    if (!question.value.trim() || running) return;
    submit(question.value);
    question.value = "";
    store.keepDraft("");
    buttons();
  };
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  question.value = store.draft();
  question.addEventListener("input", () => {
    store.keepDraft(question.value);
    buttons();
  });
  question.addEventListener("keydown", (event) => {
    if (!isSend(event)) return;
    event.preventDefault();
    send();
  });
  byId("stop").addEventListener("click", () => {
    stop();
    question.focus();
  });
  byId("clear").addEventListener("click", clearAll);
  addEventListener("pagehide", () => running && save());
  draw();
  buttons();
}
