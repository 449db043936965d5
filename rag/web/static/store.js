// Conversations live in this browser only: one entry each, and a list that orders them.
import { randomName } from "./client.js";

export { randomName };

const LIST = "rag.conversations";
const ENTRY = "rag.conversation.";
const CURRENT = "rag.current";
const CHOICES = "rag.choices";
const BROWSER = "rag.browser";
const DRAFT = "rag.draft";
const MAXIMUM = 200;

// What a browser without storage (a private window, a full disk) keeps while the page is open.
const fallback = new Map();

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? fallback.get(key) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(key, value) {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(key, text);
    fallback.delete(key);
    return true;
  } catch {
    fallback.set(key, text);
    return false;
  }
}

function remove(key) {
  fallback.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // There was nothing to remove.
  }
}

/** Return `{id, title, time}` of every conversation, the one last used first. */
export function conversations() {
  const list = read(LIST, []);
  return Array.isArray(list) ? list.filter((entry) => typeof entry?.id === "string") : [];
}

export function emptyConversation() {
  return { id: randomName(), title: "", collection: "", documents: [], turns: [] };
}

/** Return a conversation as it was saved, undefined where it is gone. */
export function loadConversation(id) {
  const conversation = read(ENTRY + id, undefined);
  return Array.isArray(conversation?.turns) ? conversation : undefined;
}

/** Return the conversation this window showed last, or a new one. */
export function currentConversation() {
  let id = "";
  try {
    id = sessionStorage.getItem(CURRENT) ?? "";
  } catch {
    // A new conversation it is.
  }
  return loadConversation(id || read(CURRENT, "")) ?? emptyConversation();
}

export function rememberCurrent(id) {
  try {
    sessionStorage.setItem(CURRENT, id);
  } catch {
    // Only convenience is lost.
  }
  write(CURRENT, id);
}

/** Save a conversation; where space is short the oldest others go. */
export function saveConversation(conversation) {
  const others = conversations().filter((entry) => entry.id !== conversation.id);
  while (others.length >= MAXIMUM) remove(ENTRY + others.pop().id);
  while (!write(ENTRY + conversation.id, conversation) && others.length) {
    remove(ENTRY + others.pop().id);
  }
  write(LIST, [{ id: conversation.id, title: conversation.title, time: Date.now() }, ...others]);
}

export function removeConversation(id) {
  remove(ENTRY + id);
  write(
    LIST,
    conversations().filter((entry) => entry.id !== id),
  );
}

/** Return the choices of this browser: strictness, passages, collection. */
export const choices = () => read(CHOICES, {});

export const choose = (changes) => write(CHOICES, { ...choices(), ...changes });

/** Return the question that was typed and not yet asked. */
export function draft() {
  const kept = read(DRAFT, "");
  return typeof kept === "string" ? kept : "";
}

export const keepDraft = (text) => (text ? write(DRAFT, text) : remove(DRAFT));

/** Return the secret name under which this browser's feedback is kept on the server. */
export function browserName() {
  let name = read(BROWSER, "");
  if (!/^[0-9a-f]{32}$/.test(name)) {
    name = randomName();
    write(BROWSER, name);
  }
  return name;
}

/** Call `listener` when another tab changes the list of conversations. */
export function onOtherTab(listener) {
  addEventListener("storage", (event) => event.key === LIST && listener());
}

export function setCookie(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=strict`;
}
