// Settings of this browser: language, light and dark, how strictly and from how much to answer.
import { get, post } from "./client.js";
import { shownConversation } from "./chat.js";
import { boot, clear, count, h, icon, t } from "./dom.js";
import * as store from "./store.js";

function choice(name, legend, values, current, label, onchoose, why) {
  return h(
    "div",
    { class: "field", role: "radiogroup", "aria-labelledby": `${name}-label` },
    h("span", { class: "label", id: `${name}-label` }, legend),
    h(
      "div",
      { class: "control" },
      h(
        "div",
        { class: "choices" },
        values.map((value) =>
          h(
            "label",
            {},
            h("input", {
              type: "radio",
              name,
              value,
              checked: value === current,
              onchange: () => onchoose(value),
            }),
            label(value),
          ),
        ),
      ),
      why ? h("p", { class: "muted small" }, why) : null,
    ),
  );
}

const group = (title, ...rows) =>
  h("section", { class: "group", "aria-label": title }, h("h3", {}, title), ...rows);

function reachText(answer) {
  if (answer.state === "reached")
    return [t("reach_reached", { milliseconds: answer.milliseconds }), "good"];
  if (answer.state === "unreachable")
    return [t(`unreachable_${answer.why}`, { reason: answer.reason }), "bad"];
  if (answer.state === "built_in") return [t("reach_built_in"), "good"];
  return [t("reach_unknown"), "partly"];
}

async function tryReach(place) {
  clear(place, t("reach_trying"));
  try {
    const [text, kind] = reachText(await post("api/reach", {}));
    clear(
      place,
      h("span", { class: `badge ${kind}` }, icon(kind === "good" ? "check" : "warn"), text),
    );
  } catch (error) {
    clear(place, error.message);
  }
}

function changeLanguage(value) {
  store.setCookie("rag_language", value);
  location.reload();
}

function changeTheme(value) {
  store.setCookie("rag_theme", value);
  document.documentElement.dataset.theme = value;
}

const backendLabel = (name) => (name === "extractive" ? t("backend_extractive") : name);

function answering(status) {
  const choices = store.choices();
  const reach = h("span", { role: "status" });
  const known = (value, values, otherwise) => (values.includes(value) ? value : otherwise);
  const passages = h("input", {
    type: "number",
    id: "passages",
    min: "1",
    max: status.maximum_passages,
    value: choices.passages ?? status.passages,
    onchange: () => {
      const value = Math.min(
        status.maximum_passages,
        Math.max(1, Math.round(Number(passages.value)) || status.passages),
      );
      passages.value = value;
      store.choose({ passages: value });
    },
  });
  tryReach(reach);
  const remote = status.backend !== "extractive";
  return group(
    t("settings_answering"),
    choice(
      "backend",
      t("backend"),
      status.backends,
      known(choices.backend, status.backends, status.backend),
      backendLabel,
      (value) => store.choose({ backend: value }),
      t("backend_why"),
    ),
    h(
      "div",
      { class: "field" },
      h("span", { class: "label" }, t("reach")),
      h(
        "div",
        { class: "control toolbar" },
        reach,
        remote
          ? h(
              "button",
              { type: "button", class: "plain", onclick: () => tryReach(reach) },
              icon("retry"),
              t("reach_try"),
            )
          : null,
      ),
    ),
    choice(
      "strictness",
      t("strictness"),
      status.strictnesses,
      known(choices.strictness, status.strictnesses, status.strictness),
      (value) => t(`strictness_${value}`),
      (value) => store.choose({ strictness: value }),
      t("strictness_why"),
    ),
    h(
      "div",
      { class: "field" },
      h("label", { for: "passages" }, t("passages")),
      h("div", { class: "control" }, passages, h("p", { class: "muted small" }, t("passages_why"))),
    ),
  );
}

function facts(status) {
  const rows = [
    [t("fact_documents"), count(status.documents ?? 0)],
    [t("fact_passages"), count(status.passages_indexed ?? 0)],
    [
      t("fact_model"),
      status.embedding_model === "bundled" ? t("model_bundled") : status.embedding_model,
    ],
  ];
  return h(
    "dl",
    { class: "facts" },
    rows
      .filter(([, value]) => value)
      .map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
  );
}

/** Draw the settings into their section. */
export async function drawSettings(section) {
  const theme = document.documentElement.dataset.theme;
  clear(
    section,
    h("h2", {}, t("nav_settings")),
    group(
      t("settings_page"),
      choice(
        "language",
        t("language"),
        ["zh", "en"],
        boot.language,
        (value) => ({ zh: "中文", en: "English" })[value],
        changeLanguage,
      ),
      choice(
        "theme",
        t("theme"),
        ["auto", "light", "dark"],
        theme,
        (value) => t(`theme_${value}`),
        changeTheme,
      ),
    ),
  );
  let status;
  try {
    status = await get("api/status", { collection: shownConversation().collection });
  } catch (error) {
    section.append(
      h(
        "p",
        { class: "caution failed", role: "alert" },
        icon("warn"),
        h("span", {}, error.message),
      ),
    );
    return;
  }
  const leave = async () => {
    await post("api/logout", {});
    location.assign("login");
  };
  section.append(
    status.managed ? answering(status) : "",
    group(
      t("settings_index"),
      status.problem
        ? h(
            "p",
            { class: "caution failed" },
            icon("warn"),
            h("span", {}, status.problem[boot.language] ?? status.problem.en),
          )
        : facts(status),
    ),
    boot.login
      ? h(
          "p",
          { class: "toolbar" },
          h("button", { type: "button", class: "plain", onclick: leave }, t("logout")),
        )
      : "",
  );
}

/** Tell above the question what the server is still preparing; resolve when it is ready. */
export async function watchPreparing(notice) {
  for (;;) {
    let status;
    try {
      status = await get("api/status");
    } catch {
      return;
    }
    const { preparing } = status;
    notice.hidden = !preparing;
    if (!preparing) return;
    const far = preparing.total ? ` ${count(preparing.done)} / ${count(preparing.total)}` : "";
    notice.textContent = t("preparing") + far;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
