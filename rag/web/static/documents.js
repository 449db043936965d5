// The panel of documents: what is indexed, what is being done, asking or removing some of them.
import { dropArea, takePasted } from "./adding.js";
import { drawExamples, restrict, shownConversation } from "./chat.js";
import { Failure, get, post } from "./client.js";
import { collectionBar } from "./collections.js";
import { announce, boot, byId, clear, count, dialog, h, icon, languageOf, t, toast } from "./dom.js";
import { anyRunning, jobElement, refreshNeeded } from "./jobs.js";
import { openReader } from "./reader.js";

const POLL = 700;
const POLL_IDLE = 4000;

const state = {
  collections: [],
  documents: [],
  total: 0,
  matching: 0,
  query: "",
  jobs: [],
  chosen: new Set(),
  sent: null,
};
let place = null;
let timer = 0;

const collectionName = () => shownConversation().collection || "default";
const currentCollection = () =>
  state.collections.find((entry) => entry.name === collectionName()) ?? state.collections[0];

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
    clear(
      place,
      h("h2", {}, t("nav_documents")),
      h(
        "p",
        { class: "caution failed", role: "alert" },
        icon("warn"),
        h("span", {}, error.message),
      ),
    );
    return;
  }
  poll();
}

/** Follow the work on the collection; the list is read again when some of it is done. */
function poll() {
  clearTimeout(timer);
  if (!boot.managed) return;
  timer = setTimeout(
    async () => {
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
    },
    anyRunning(state.jobs) ? POLL : POLL_IDLE,
  );
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

async function removeChosen() {
  const ids = [...state.chosen];
  const sure = await dialog({
    title: t("remove_documents_sure", { count: count(ids.length) }),
    body: [h("p", {}, t("remove_documents_means"))],
    confirm: t("remove"),
    danger: true,
  });
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
  const title = h(
    "button",
    {
      type: "button",
      class: "title",
      lang: languageOf(document.title),
      onclick: () =>
        openReader(collectionName(), { document: document.id, number: 0, start: 0 }, [], title),
    },
    document.title,
  );
  const about =
    document.title === document.id ? null : h("span", { class: "muted small" }, document.id);
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

function chooseAll(event) {
  for (const document of state.documents) {
    if (event.target.checked) state.chosen.add(document.id);
    else state.chosen.delete(document.id);
  }
  for (const box of place.querySelectorAll("tbody input")) box.checked = event.target.checked;
  drawTools();
}

function drawTools() {
  const tools = byId("document-tools");
  if (!tools) return;
  const all = byId("choose-all");
  if (all) all.checked = state.documents.every((entry) => state.chosen.has(entry.id));
  const some = state.chosen.size > 0;
  const entry = currentCollection();
  clear(
    tools,
    some
      ? h("span", { class: "badge good" }, t("scope_some", { count: count(state.chosen.size) }))
      : null,
    h(
      "button",
      { type: "button", class: "plain", disabled: !some, onclick: askChosen },
      icon("filter"),
      t("ask_chosen"),
    ),
    boot.managed && entry?.writable
      ? h(
          "button",
          { type: "button", class: "plain danger", disabled: !some, onclick: removeChosen },
          icon("trash"),
          t("remove_chosen"),
        )
      : null,
    boot.managed && entry?.writable
      ? h(
          "button",
          {
            type: "button",
            class: "plain",
            onclick: () => guarded(() => post("api/reindex", { collection: collectionName() })),
          },
          icon("retry"),
          t("reindex"),
        )
      : null,
  );
}

function askChosen() {
  restrict({ documents: [...state.chosen] });
  location.hash = "chat";
}

function drawJobs() {
  const list = byId("jobs");
  if (list)
    clear(
      list,
      state.sent ? jobElement({ kind: "upload", ...state.sent }) : null,
      state.jobs.slice(0, 3).map(jobElement),
    );
}

function draw() {
  const search = h("input", {
    type: "search",
    id: "document-query",
    value: state.query,
    placeholder: t("find_document"),
    "aria-label": t("find_document"),
  });
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
    boot.managed ? collectionBar(host, state.collections) : null,
    boot.managed ? dropArea(host) : null,
    h("div", { id: "jobs", "aria-live": "polite" }),
    h("h3", {}, t("indexed_documents", { count: count(state.total) })),
    state.total
      ? h("div", { class: "toolbar" }, search, h("span", { id: "document-tools", class: "toolbar" }))
      : null,
    state.documents.length
      ? h(
          "div",
          { class: "table-wrap" },
          h(
            "table",
            {},
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                h(
                  "th",
                  { scope: "col" },
                  h("input", {
                    type: "checkbox",
                    id: "choose-all",
                    checked: state.documents.every((entry) => state.chosen.has(entry.id)),
                    "aria-label": t("choose_all"),
                    onchange: chooseAll,
                  }),
                ),
                h("th", { scope: "col" }, t("column_title")),
                h("th", { scope: "col" }, t("column_date")),
                h("th", { scope: "col", class: "number" }, t("column_characters")),
                h("th", { scope: "col", class: "number" }, t("column_passages")),
              ),
            ),
            h("tbody", {}, state.documents.map(row)),
          ),
        )
      : h("p", { class: "muted" }, t(state.query ? "none_found" : "no_documents")),
    state.matching > state.documents.length
      ? h(
          "p",
          { class: "muted small" },
          t("more_documents", { shown: count(state.documents.length), all: count(state.matching) }),
        )
      : null,
  );
  drawTools();
  drawJobs();
}

// What the parts of the panel need of it.
const host = {
  collectionName,
  currentCollection,
  guarded,
  choose,
  refresh,
  sending: (sent) => {
    state.sent = sent;
    drawJobs();
  },
};

if (boot.managed) takePasted(host);

/** Draw the panel of documents into its section. */
export function drawDocuments(section) {
  place = section;
  refresh();
}
