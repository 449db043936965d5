// Elements are made from text, never from markup: nothing of a document can become an element.

export const boot = JSON.parse(document.getElementById("boot").textContent);

const texts = boot.texts;

/** Return the text for a key in the language of the page, `{name}` replaced from `values`. */
export function t(key, values = {}) {
  const text = texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Say whether the texts of the page know a key. */
export function knows(key) {
  return Object.hasOwn(texts, key);
}

/** Guess the language of a text, so that it gets its fonts and punctuation; undefined if none. */
export function languageOf(text) {
  if (/[\u3040-\u30ff]/.test(text)) return "ja";
  if (/[\uac00-\ud7a3]/.test(text)) return "ko";
  if (/[\u3400-\u9fff]/.test(text)) return "zh-Hans";
  return /[a-z]/i.test(text) ? "en" : undefined;
}

export const byId = (id) => document.getElementById(id);

/** Make an element. Keys of `properties` are attributes, `on…` listeners, or `class`. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key === "value" || key === "checked" || key === "disabled") element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children.flat(3)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    element.append(child);
  }
  return element;
}

/** Make a drawing from the symbols of the page. */
export function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(namespace, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Make a button with a drawing and, unless `bare`, its name beside it. */
export function action(name, label, onclick, { kind = "act", bare = false, ...more } = {}) {
  const title = bare ? label : undefined;
  return h(
    "button",
    { type: "button", class: kind, "aria-label": label, title, onclick, ...more },
    icon(name),
    bare ? null : h("span", {}, label),
  );
}

export function clear(element, ...children) {
  element.replaceChildren(...children.flat(3).filter(Boolean));
  return element;
}

let toastTimer = 0;

/** Show a sentence for a few seconds; screen readers read it. */
export function toast(text) {
  const place = byId("toast");
  place.textContent = text;
  place.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => place.classList.remove("shown"), 3200);
}

/** Let screen readers say a sentence; nothing is shown. */
export function announce(text) {
  byId("live").textContent = text;
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https on a network address there is no clipboard API.
    const area = h("textarea", { class: "unseen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(t("copied"));
}

const numbers = new Intl.NumberFormat(boot.language);
export const count = (value) => numbers.format(value);

/** Show a question with two buttons; resolve to the form's element, or null when left. */
export function dialog({ title, body = [], confirm, danger = false, focus }) {
  const place = byId("dialog");
  return new Promise((resolve) => {
    let answer = null;
    const form = h(
      "form",
      {
        method: "dialog",
        onsubmit: () => {
          answer = form;
        },
      },
      h("h2", { id: "dialog-title" }, title),
      ...body,
      h(
        "div",
        { class: "row" },
        h("button", { type: "button", class: "plain", onclick: () => place.close() }, t("cancel")),
        h("button", { type: "submit", class: danger ? "plain danger" : "primary" }, confirm),
      ),
    );
    clear(place, form);
    place.addEventListener("close", () => resolve(answer), { once: true });
    place.showModal();
    focus?.(form);
  });
}
