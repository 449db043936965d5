// Collections: choose one, make one, delete one.
import { post } from "./client.js";
import { action, dialog, h, t } from "./dom.js";

const collectionLabel = (entry) =>
  entry.label || t(entry.shipped ? "collection_shipped" : "collection_default");

/** Make the choice between collections. */
export function collectionBar(host, collections) {
  const select = h(
    "select",
    {
      id: "collection",
      onchange: () => {
        host.choose(select.value);
        host.refresh();
      },
    },
    collections.map((entry) =>
      h(
        "option",
        { value: entry.name, selected: entry.name === host.collectionName() },
        collectionLabel(entry),
      ),
    ),
  );
  return h(
    "div",
    { class: "toolbar" },
    h("label", { for: "collection" }, t("collection")),
    select,
    action("plus", t("new_collection"), () => newCollection(host), { kind: "plain" }),
    host.currentCollection()?.made
      ? action("trash", t("remove_collection"), () => removeCollection(host), { kind: "plain" })
      : null,
  );
}

/** Ask for a name and make a collection. `host` is the panel of documents. */
export async function newCollection(host) {
  const name = h("input", { id: "collection-name", required: true, maxlength: "60" });
  const sure = await dialog({
    title: t("new_collection"),
    body: [
      h(
        "div",
        { class: "field" },
        h("label", { for: "collection-name" }, t("collection_name")),
        name,
      ),
    ],
    confirm: t("make"),
  });
  if (!sure) return;
  await host.guarded(async () => {
    const made = await post("api/collections/new", { label: name.value });
    host.choose(made.name);
  });
}

async function removeCollection(host) {
  const entry = host.currentCollection();
  const sure = await dialog({
    title: t("remove_collection_sure", { name: collectionLabel(entry) }),
    body: [h("p", {}, t("remove_collection_means"))],
    confirm: t("remove"),
    danger: true,
  });
  if (!sure) return;
  await host.guarded(async () => {
    await post("api/collections/remove", { collection: entry.name });
    host.choose("");
  });
}
