// One tooltip for the page: shown on hover and on keyboard focus, left with Escape.
import { byId, clear } from "./dom.js";

const GAP = 8;
let owner = null;

function place(tip, target) {
  const box = target.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const left = Math.min(
    Math.max(12, box.left + box.width / 2 - own.width / 2),
    innerWidth - own.width - 12,
  );
  const above = box.top - own.height - GAP;
  const top = above > 8 ? above : Math.min(box.bottom + GAP, innerHeight - own.height - 8);
  tip.style.left = `${Math.round(left)}px`;
  tip.style.top = `${Math.round(top)}px`;
}

function show(target, content) {
  const tip = byId("tip");
  clear(tip, content());
  tip.hidden = false;
  owner = target;
  target.setAttribute("aria-describedby", "tip");
  place(tip, target);
}

export function hideTip() {
  byId("tip").hidden = true;
  owner?.removeAttribute("aria-describedby");
  owner = null;
}

/** Show what `content()` returns (elements) while the pointer or the focus is on `target`. */
export function withTip(target, content) {
  target.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "touch") show(target, content);
  });
  target.addEventListener("pointerleave", hideTip);
  target.addEventListener("focus", () => {
    if (target.matches(":focus-visible")) show(target, content);
  });
  target.addEventListener("blur", hideTip);
  return target;
}

document.addEventListener("scroll", () => owner && hideTip(), true);
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Escape" && owner) {
      hideTip();
      event.stopPropagation();
    }
  },
  true,
);
