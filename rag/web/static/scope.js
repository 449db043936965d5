// Which documents are asked: chosen beside the question, shown there.
import { onConversation, restrict, shownConversation } from "./chat.js";
import { get } from "./client.js";
import { byId, count, dialog, h, languageOf, t, toast } from "./dom.js";

/** Let the reader choose which documents are asked. */
async function chooseScope() {
  let documents = [];
  let total = 0;
  try {
    ({ documents, total } = await get("api/documents", {
      collection: shownConversation().collection,
    }));
  } catch (error) {
    toast(error.message);
    return;
  }
  const chosen = new Set(shownConversation().documents);
  const boxes = documents.map((document) => [
    document.id,
    h("input", { type: "checkbox", checked: chosen.has(document.id) }),
  ]);
  const sure = await dialog({
    title: t("scope_title"),
    body: [
      h("p", { class: "muted small" }, t("scope_means")),
      h(
        "div",
        { class: "scope-list" },
        boxes.map(([, box], index) => h("label", { lang: languageOf(documents[index].title) }, box, documents[index].title)),
      ),
      total > documents.length
        ? h(
            "p",
            { class: "muted small" },
            t("scope_more", { count: count(total - documents.length) }),
          )
        : null,
    ].filter(Boolean),
    confirm: t("use"),
  });
  if (!sure) return;
  const unlisted = [...chosen].filter((id) => !boxes.some(([listed]) => listed === id));
  restrict({
    documents: [...unlisted, ...boxes.filter(([, box]) => box.checked).map(([id]) => id)],
  });
}

function showScope(conversation) {
  const some = conversation.documents.length;
  byId("scope-text").textContent = some ? t("scope_some", { count: count(some) }) : t("scope_all");
  byId("scope").classList.toggle("on", Boolean(some));
}

/** Make the button of the scope work. */
export function startScope() {
  byId("scope").addEventListener("click", chooseScope);
  onConversation(showScope);
}
