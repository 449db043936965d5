// Adding documents: dropped, chosen or pasted; each file that is refused is named with its reason.
import { Failure, post, upload } from "./client.js";
import { newCollection } from "./collections.js";
import { boot, byId, dialog, h, icon, t } from "./dom.js";

const MAXIMUM_FILES = 200;

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

async function send(host, files) {
  if (!files.length) return;
  const collection = host.collectionName();
  const sent = { done: 0, total: Math.min(files.length, MAXIMUM_FILES), refused: [] };
  host.sending(sent);
  if (files.length > MAXIMUM_FILES)
    sent.refused.push(["", t("too_many_files", { count: MAXIMUM_FILES })]);
  for (const [name, file] of files.slice(0, MAXIMUM_FILES)) {
    const suffix = name.slice(name.lastIndexOf(".")).toLowerCase();
    try {
      if (!boot.suffixes.includes(suffix))
        throw new Failure(t("refused_kind", { suffixes: boot.suffixes.join(" ") }));
      if (!file.size) throw new Failure(t("refused_empty"));
      if (file.size > boot.file_limit)
        throw new Failure(t("refused_size", { megabytes: Math.floor(boot.file_limit / 1e6) }));
      await upload("api/upload", { collection, name }, file);
    } catch (error) {
      sent.refused.push([name, error.message]);
    }
    sent.done += 1;
    host.sending(sent);
  }
  if (sent.refused.length < sent.total) await post("api/index", { collection });
}

async function paste(host, given = "") {
  const title = h("input", { id: "paste-title", maxlength: "60" });
  const text = h("textarea", { id: "paste-text", required: true, maxlength: "900000" });
  text.value = given;
  const sure = await dialog({
    title: t("paste_title"),
    body: [
      h("div", { class: "field" }, h("label", { for: "paste-title" }, t("paste_name")), title),
      h("div", { class: "field" }, h("label", { for: "paste-text" }, t("paste_text")), text),
    ],
    confirm: t("add"),
  });
  if (sure)
    await host.guarded(() =>
      post("api/paste", {
        collection: host.collectionName(),
        title: title.value,
        text: text.value,
      }),
    );
}

/** Take what is pasted while the documents are shown: files at once, text after a look at it. */
export function takePasted(host) {
  document.addEventListener("paste", (event) => {
    const busy = event.target.closest?.("input, textarea, dialog");
    if (byId("view-documents").hidden || busy || !host.currentCollection()?.writable) return;
    const files = [...event.clipboardData.files].map((file) => [file.name, file]);
    const text = event.clipboardData.getData("text/plain");
    if (files.length) host.guarded(() => send(host, files));
    else if (text.trim()) paste(host, text);
  });
}

/** Make the place to drop files on. `host` is the panel of documents. */
export function dropArea(host) {
  if (!host.currentCollection()?.writable) {
    return h(
      "div",
      { class: "drop" },
      h("p", {}, t("shipped_fixed")),
      h(
        "button",
        { type: "button", class: "primary", onclick: () => newCollection(host) },
        t("new_collection"),
      ),
    );
  }
  const picker = h("input", {
    type: "file",
    multiple: true,
    class: "unseen",
    tabindex: "-1",
    "aria-hidden": "true",
    accept: boot.suffixes.join(","),
    onchange: () =>
      host.guarded(() =>
        send(
          host,
          [...picker.files].map((file) => [file.name, file]),
        ),
      ),
  });
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
        host.guarded(async () => send(host, await files));
      },
    },
    h("p", {}, t("drop_here")),
    h(
      "p",
      { class: "muted small" },
      t("drop_limits", {
        suffixes: boot.suffixes.join(" "),
        megabytes: Math.floor(boot.file_limit / 1e6),
      }),
    ),
    h(
      "div",
      { class: "toolbar" },
      h(
        "button",
        { type: "button", class: "primary", onclick: () => picker.click() },
        icon("plus"),
        t("choose_files"),
      ),
      h(
        "button",
        { type: "button", class: "plain", onclick: () => paste(host) },
        icon("note"),
        t("paste"),
      ),
    ),
    picker,
  );
  return area;
}
