// Documents: what is indexed, adding, removing, which of them are asked.
import { Failure, get, post, upload } from "./client.js";
import { drawExamples, onConversation, restrict, shownConversation } from "./chat.js";
import { action, announce, boot, byId, clear, count, dialog, h, icon, t, toast } from "./dom.js";
import { anyRunning, jobElement, refreshNeeded } from "./jobs.js";
import { openReader } from "./reader.js";

const MAXIMUM_FILES = 200;
const POLL = 700;
const POLL_IDLE = 4000;

const state = { collections: [], documents: [], total: 0, matching: 0, query: "", jobs: [], chosen: new Set(), sent: null };
let place = null;
let timer = 0;

const collectionName = () => shownConversation().collection || "default";
const currentCollection = () => state.collections.find((entry) => entry.name === collectionName()) ?? state.collections[0];
export const collectionLabel = (entry) => entry?.label || t(entry?.shipped ? "collection_shipped" : "collection_default");

async function load() {
  const collection = collectionName();
  const [collections, documents, jobs] = await Promise.all([
    boot.managed ? get("api/collections") : { collections: [] },
    get("api/documents", { collection, query: state.query }),
    boot.managed ? get("api/jobs", { collection }) : { jobs: [] },
  ]);
  Object.assign(state, collections, documents, jobs);
  if (boot.managed && !state.collections.some((entry) => entry.name === collection)) {
    restrict({ collection: "" });
    return load();
  }
  return undefined;
}

async function refresh() {
  try {
    await load();
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    draw();
    if (focused) byId(focused)?.focus();
  } catch (error) {
    clear(place, h("h2", {}, t("nav_documents")), h("p", { class: "caution failed", role: "alert" }, icon("warn"), h("span", {}, error.message)));
    return;
  }
  poll();
}

/** Follow the work on the collection; the list is read again when some of it is done. */
function poll() {
  clearTimeout(timer);
  if (!boot.managed) return;
  timer = setTimeout(async () => {
    if (byId("view-documents").hidden) return;
    try {
      const before = state.jobs;
      ({ jobs: state.jobs } = await get("api/jobs", { collection: collectionName() }));
      drawJobs();
      if (refreshNeeded(before, state.jobs)) {
        announce(t("job_finished"));
        drawExamples();
        await refresh();
        return;
      }
    } catch {
      // The server may be busy; the next look tells.
    }
    poll();
  }, anyRunning(state.jobs) ? POLL : POLL_IDLE);
}

async function guarded(work) {
  try {
    await work();
  } catch (error) {
    toast(error instanceof Failure ? error.message : t("error_page"));
    if (!(error instanceof Failure)) console.error(error);
  }
  await refresh();
}

/** Return the files of a drop, with the paths they have inside dropped folders. */
async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => [file.name, file]);
  const found = [];
  const walk = async (entry) => {
    if (found.length > MAXIMUM_FILES || entry.name.startsWith(".")) return;
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      found.push([entry.fullPath.replace(/^\//, ""), file]);
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!batch.length) return;
      for (const inner of batch) await walk(inner);
    }
  };
  for (const entry of entries) await walk(entry);
  return found;
}

async function send(files) {
  if (!files.length) return;
  const collection = collectionName();
  const sent = { done: 0, total: Math.min(files.length, MAXIMUM_FILES), refused: [] };
  state.sent = sent;
  if (files.length > MAXIMUM_FILES) sent.refused.push(["", t("too_many_files", { count: MAXIMUM_FILES })]);
  for (const [name, file] of files.slice(0, MAXIMUM_FILES)) {
    const suffix = name.slice(name.lastIndexOf(".")).toLowerCase();
    try {
      if (!boot.suffixes.includes(suffix)) throw new Failure(t("refused_kind", { suffixes: boot.suffixes.join(" ") }));
      if (!file.size) throw new Failure(t("refused_empty"));
      if (file.size > boot.file_limit) throw new Failure(t("refused_size", { megabytes: Math.floor(boot.file_limit / 1e6) }));
      await upload("api/upload", { collection, name }, file);
    } catch (error) {
      sent.refused.push([name, error.message]);
    }
    sent.done += 1;
    drawJobs();
  }
  if (sent.refused.length < sent.total) await post("api/index", { collection });
}

async function paste() {
  const title = h("input", { id: "paste-title", maxlength: "60" });
  const text = h("textarea", { id: "paste-text", required: true, maxlength: "900000" });
  const sure = await dialog({
    title: t("paste_title"),
    body: [
      h("div", { class: "field" }, h("label", { for: "paste-title" }, t("paste_name")), title),
      h("div", { class: "field" }, h("label", { for: "paste-text" }, t("paste_text")), text),
    ],
    confirm: t("add"),
  });
  if (sure) await guarded(() => post("api/paste", { collection: collectionName(), title: title.value, text: text.value }));
}

async function newCollection() {
  const name = h("input", { id: "collection-name", required: true, maxlength: "60" });
  const sure = await dialog({
    title: t("new_collection"),
    body: [h("div", { class: "field" }, h("label", { for: "collection-name" }, t("collection_name")), name)],
    confirm: t("make"),
  });
  if (!sure) return;
  await guarded(async () => {
    const made = await post("api/collections/new", { label: name.value });
    choose(made.name);
  });
}

async function removeCollection() {
  const entry = currentCollection();
  const sure = await dialog({ title: t("remove_collection_sure", { name: collectionLabel(entry) }), body: [h("p", {}, t("remove_collection_means"))], confirm: t("remove"), danger: true });
  if (!sure) return;
  await guarded(async () => {
    await post("api/collections/remove", { collection: entry.name });
    choose("");
  });
}

async function removeChosen() {
  const ids = [...state.chosen];
  const sure = await dialog({ title: t("remove_documents_sure", { count: count(ids.length) }), body: [h("p", {}, t("remove_documents_means"))], confirm: t("remove"), danger: true });
  if (!sure) return;
  state.chosen.clear();
  await guarded(() => post("api/documents/remove", { collection: collectionName(), ids }));
}

function choose(name) {
  state.chosen.clear();
  state.query = "";
  restrict({ collection: name === "default" ? "" : name });
  drawExamples();
}

function collectionBar() {
  const select = h(
    "select",
    {
      id: "collection",
      onchange: () => {
        choose(select.value);
        refresh();
      },
    },
    state.collections.map((entry) => h("option", { value: entry.name, selected: entry.name === collectionName() }, collectionLabel(entry))),
  );
  return h(
    "div",
    { class: "toolbar" },
    h("label", { for: "collection" }, t("collection")),
    select,
    action("plus", t("new_collection"), newCollection, { kind: "plain" }),
    currentCollection()?.made ? action("trash", t("remove_collection"), removeCollection, { kind: "plain" }) : null,
  );
}

function dropArea() {
  const entry = currentCollection();
  if (!entry?.writable) {
    return h("div", { class: "drop" }, h("p", {}, t("shipped_fixed")), h("button", { type: "button", class: "primary", onclick: newCollection }, t("new_collection")));
  }
  const picker = h("input", { type: "file", multiple: true, class: "unseen", tabindex: "-1", "aria-hidden": "true", accept: boot.suffixes.join(","), onchange: () => guarded(() => send([...picker.files].map((file) => [file.name, file]))) });
  const area = h(
    "div",
    {
      class: "drop",
      ondragover: (event) => {
        event.preventDefault();
        area.classList.add("over");
      },
      ondragleave: () => area.classList.remove("over"),
      ondrop: (event) => {
        event.preventDefault();
        area.classList.remove("over");
        const files = droppedFiles(event.dataTransfer);
        guarded(async () => send(await files));
      },
    },
    h("p", {}, t("drop_here")),
    h("p", { class: "muted small" }, t("drop_limits", { suffixes: boot.suffixes.join(" "), megabytes: Math.floor(boot.file_limit / 1e6) })),
    h(
      "div",
      { class: "toolbar" },
      h("button", { type: "button", class: "primary", onclick: () => picker.click() }, icon("plus"), t("choose_files")),
      h("button", { type: "button", class: "plain", onclick: paste }, icon("note"), t("paste")),
    ),
    picker,
  );
  return area;
}

function row(document) {
  const box = h("input", {
    type: "checkbox",
    checked: state.chosen.has(document.id),
    "aria-label": t("choose_document", { title: document.title }),
    onchange: () => {
      if (box.checked) state.chosen.add(document.id);
      else state.chosen.delete(document.id);
      drawTools();
    },
  });
  const title = h("button", { type: "button", class: "title", onclick: () => openReader(collectionName(), { document: document.id, number: 0, start: 0 }, [], title) }, document.title);
  const about = document.title === document.id ? null : h("span", { class: "muted small" }, document.id);
  return h(
    "tr",
    {},
    h("td", {}, box),
    h("td", { class: "wide" }, title, about),
    h("td", { class: "meta" }, document.date),
    h("td", { class: "meta number" }, count(document.characters)),
    h("td", { class: "meta number" }, count(document.passages)),
  );
}

function drawTools() {
  const tools = byId("document-tools");
  if (!tools) return;
  const some = state.chosen.size > 0;
  const entry = currentCollection();
  clear(
    tools,
    some ? h("span", { class: "badge good" }, t("scope_some", { count: count(state.chosen.size) })) : null,
    h("button", { type: "button", class: "plain", disabled: !some, onclick: askChosen }, icon("filter"), t("ask_chosen")),
    boot.managed && entry?.writable ? h("button", { type: "button", class: "plain danger", disabled: !some, onclick: removeChosen }, icon("trash"), t("remove_chosen")) : null,
    boot.managed && entry?.writable ? h("button", { type: "button", class: "plain", onclick: () => guarded(() => post("api/reindex", { collection: collectionName() })) }, icon("retry"), t("reindex")) : null,
  );
}

function askChosen() {
  restrict({ documents: [...state.chosen] });
  location.hash = "chat";
}

function drawJobs() {
  const list = byId("jobs");
  if (list) clear(list, state.sent ? jobElement({ kind: "upload", ...state.sent }) : null, state.jobs.slice(0, 3).map(jobElement));
}

function draw() {
  const search = h("input", { type: "search", id: "document-query", value: state.query, placeholder: t("find_document"), "aria-label": t("find_document") });
  search.addEventListener("input", () => {
    state.query = search.value;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      await refresh();
      const again = byId("document-query");
      again?.focus();
      again?.setSelectionRange(again.value.length, again.value.length);
    }, 250);
  });
  clear(
    place,
    h("h2", {}, t("nav_documents")),
    boot.managed ? collectionBar() : null,
    boot.managed ? dropArea() : null,
    h("div", { id: "jobs", "aria-live": "polite" }),
    h("h3", {}, t("indexed_documents", { count: count(state.total) })),
    h("div", { class: "toolbar" }, search, h("span", { id: "document-tools", class: "toolbar" })),
    state.documents.length
      ? h(
        "div",
        { class: "table-wrap" },
        h(
          "table",
          {},
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, h("span", { class: "unseen" }, t("chosen"))), h("th", { scope: "col" }, t("column_title")), h("th", { scope: "col" }, t("column_date")), h("th", { scope: "col", class: "number" }, t("column_characters")), h("th", { scope: "col", class: "number" }, t("column_passages")))),
          h("tbody", {}, state.documents.map(row)),
        ),
      )
      : h("p", { class: "muted" }, t(state.query ? "none_found" : "no_documents")),
    state.matching > state.documents.length ? h("p", { class: "muted small" }, t("more_documents", { shown: count(state.documents.length), all: count(state.matching) })) : null,
  );
  drawTools();
  drawJobs();
}

/** Let the reader choose which documents are asked. */
async function chooseScope() {
  let documents = [];
  let total = 0;
  try {
    ({ documents, total } = await get("api/documents", { collection: collectionName() }));
  } catch (error) {
    toast(error.message);
    return;
  }
  const chosen = new Set(shownConversation().documents);
  const boxes = documents.map((document) => [document.id, h("input", { type: "checkbox", checked: chosen.has(document.id) })]);
  const sure = await dialog({
    title: t("scope_title"),
    body: [
      h("p", { class: "muted small" }, t("scope_means")),
      h("div", { class: "scope-list" }, boxes.map(([, box], index) => h("label", {}, box, documents[index].title))),
      total > documents.length ? h("p", { class: "muted small" }, t("scope_more", { count: count(total - documents.length) })) : null,
    ].filter(Boolean),
    confirm: t("use"),
  });
  if (!sure) return;
  const unlisted = [...chosen].filter((id) => !boxes.some(([listed]) => listed === id));
  restrict({ documents: [...unlisted, ...boxes.filter(([, box]) => box.checked).map(([id]) => id)] });
}

function showScope(conversation) {
  const some = conversation.documents.length;
  byId("scope-text").textContent = some ? t("scope_some", { count: count(some) }) : t("scope_all");
  byId("scope").classList.toggle("on", Boolean(some));
}

/** Prepare the page of documents; return what draws it. */
export function startDocuments() {
  byId("scope").addEventListener("click", chooseScope);
  onConversation(showScope);
  return (section) => {
    place = section;
    refresh();
  };
}
