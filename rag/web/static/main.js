// Starts the page: navigation, the list of conversations, keys.
import {
  deleteConversation,
  drawExamples,
  newConversation,
  onConversation,
  openConversation,
  shownConversation,
  startChat,
  stop,
} from "./chat.js";
import { action, byId, clear, dialog, h, languageOf, t } from "./dom.js";
import { drawDocuments } from "./documents.js";
import { drawFeedback } from "./feedback.js";
import { drawSettings, watchPreparing } from "./settings.js";
import { startScope } from "./scope.js";
import { leavePanel } from "./sources.js";
import * as store from "./store.js";

const app = byId("app");
const views = {
  chat: null,
  documents: drawDocuments,
  feedback: drawFeedback,
  settings: drawSettings,
};

function show(name, { focus = true } = {}) {
  const view = Object.hasOwn(views, name) ? name : "chat";
  app.dataset.view = view;
  for (const key of Object.keys(views)) byId(`view-${key}`).hidden = key !== view;
  for (const button of document.querySelectorAll("[data-goto]")) {
    if (button.dataset.goto === view) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  leavePanel();
  closeConversations();
  views[view]?.(byId(`view-${view}`));
  if (location.hash.slice(1) !== view)
    history.replaceState(null, "", view === "chat" ? location.pathname : `#${view}`);
  if (focus) (view === "chat" ? byId("question") : byId("main")).focus();
}

function closeConversations() {
  byId("conversations").classList.remove("open");
  byId("open-conversations").setAttribute("aria-expanded", "false");
  byId("veil").hidden = true;
}

function openConversations() {
  byId("conversations").classList.add("open");
  byId("open-conversations").setAttribute("aria-expanded", "true");
  byId("veil").hidden = false;
  byId("new-conversation").focus();
}

async function removeAsked(entry) {
  const sure = await dialog({
    title: t("remove_conversation"),
    body: [h("p", {}, entry.title)],
    confirm: t("remove"),
    danger: true,
  });
  if (sure) deleteConversation(entry.id);
}

function drawConversations() {
  const current = shownConversation().id;
  const entries = store.conversations();
  clear(
    byId("conversation-list"),
    entries.map((entry) => {
      const open = () => {
        openConversation(entry.id);
        show("chat");
      };
      return h(
        "li",
        { class: entry.id === current ? "current" : "" },
        h(
          "button",
          {
            type: "button",
            title: entry.title,
            lang: languageOf(entry.title ?? ""),
            "aria-current": entry.id === current ? "true" : undefined,
            onclick: open,
          },
          entry.title,
        ),
        action("trash", t("remove_conversation"), () => removeAsked(entry), {
          kind: "icon-button",
          bare: true,
        }),
      );
    }),
  );
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]"))
    return;
  if (leavePanel()) return;
  if (byId("conversations").classList.contains("open")) {
    closeConversations();
    byId("open-conversations").focus();
  } else stop();
});
for (const button of document.querySelectorAll("[data-goto]")) {
  button.addEventListener("click", () => show(button.dataset.goto));
}
byId("skip").addEventListener("click", (event) => {
  // Hashes name views here.
  event.preventDefault();
  (app.dataset.view === "chat" ? byId("question") : byId("main")).focus();
});
byId("open-conversations").addEventListener("click", openConversations);
byId("new-conversation").addEventListener("click", () => {
  show("chat");
  newConversation();
});
byId("close-sources").addEventListener("click", leavePanel);
byId("veil").addEventListener("click", () => {
  leavePanel();
  closeConversations();
});
// A file dropped beside the place for it must not take the page's place in the window.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}
onConversation(drawConversations);
store.onOtherTab(drawConversations);
addEventListener("hashchange", () => show(location.hash.slice(1) || "chat"));

startScope();
startChat();
watchPreparing(byId("notice")).then(drawExamples);
drawConversations();
show(location.hash.slice(1) || "chat", { focus: matchMedia("(hover: hover)").matches });
document.documentElement.dataset.ready = "true";
