// One tooltip for the page: shown on hover, on keyboard focus and, where it is all there is to a
// button, on a press. It stays while the pointer is on it, and Escape closes it.
import { byId, clear } from "./dom.js";

const GAP = 8;
const EDGE = 12;
// Time to move the pointer from the mark into the tip, in milliseconds.
const GRACE = 160;

let owner = null;
let leaving = 0;

function place(tip, target) {
  // A mark that is broken over two lines has two boxes; the tip belongs to the last.
  const box = [...target.getClientRects()].at(-1) ?? target.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const left = Math.min(
    Math.max(EDGE, box.left + box.width / 2 - own.width / 2),
    innerWidth - own.width - EDGE,
  );
  // Below, so that the sentence the mark belongs to stays readable.
  const below = box.bottom + GAP;
  const top =
    below + own.height <= innerHeight - EDGE ? below : Math.max(EDGE, box.top - own.height - GAP);
  tip.style.left = `${Math.round(left)}px`;
  tip.style.top = `${Math.round(top)}px`;
}

function show(target, content) {
  clearTimeout(leaving);
  const tip = byId("tip");
  if (owner && owner !== target) owner.removeAttribute("aria-describedby");
  clear(tip, content());
  tip.hidden = false;
  tip.scrollTop = 0;
  owner = target;
  target.setAttribute("aria-describedby", "tip");
  place(tip, target);
}

export function hideTip() {
  clearTimeout(leaving);
  byId("tip").hidden = true;
  owner?.removeAttribute("aria-describedby");
  owner = null;
}

function hideSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(hideTip, GRACE);
}

/**
 * Show what `content()` returns (elements) while the pointer or the focus is on `target`, and
 * after a press where `onPress` is set.
 */
export function withTip(target, content, { onPress = false } = {}) {
  target.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "touch") show(target, content);
  });
  target.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") hideSoon();
  });
  target.addEventListener("focus", () => {
    if (target.matches(":focus-visible")) show(target, content);
  });
  target.addEventListener("blur", () => owner === target && hideTip());
  if (onPress) target.addEventListener("click", () => show(target, content));
  return target;
}

byId("tip").addEventListener("pointerenter", () => clearTimeout(leaving));
byId("tip").addEventListener("pointerleave", hideSoon);
document.addEventListener(
  "scroll",
  (event) => {
    if (owner && event.target !== byId("tip")) hideTip();
  },
  true,
);
document.addEventListener("pointerdown", (event) => {
  // A touch anywhere else puts the tip away.
  if (owner && !owner.contains(event.target) && !byId("tip").contains(event.target)) hideTip();
});
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
