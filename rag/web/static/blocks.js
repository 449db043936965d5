// Draws blocks of a document as what they are: tables, lists, code, pairs, headings, paragraphs.
import { h } from "./dom.js";

const ROWS = ["columns", "row"];

/** Group neighbouring blocks that one element holds: the rows of a table, the items of a list. */
function grouped(blocks) {
  const groups = [];
  for (const block of blocks) {
    const kind = ROWS.includes(block.kind) ? "table" : block.kind === "item" ? "list" : "";
    const last = groups.at(-1);
    if (kind && last?.kind === kind && last.group === block.group) last.blocks.push(block);
    else groups.push({ kind, group: block.group, blocks: [block] });
  }
  return groups;
}

function tableElement(rows, draw) {
  const wide = Math.max(...rows.map((row) => row.cells.length));
  const cells = (row, tag) =>
    Array.from({ length: wide }, (_, n) => h(tag, {}, row.cells[n] ? draw(row.cells[n]) : null));
  const head = rows[0].kind === "columns" ? rows[0] : null;
  return h(
    "div",
    { class: "table-frame", tabindex: "0" },
    h(
      "table",
      {},
      head ? h("thead", {}, h("tr", { "data-start": head.start }, cells(head, "th"))) : null,
      h(
        "tbody",
        {},
        (head ? rows.slice(1) : rows).map((row) =>
          h("tr", { "data-start": row.start }, cells(row, "td")),
        ),
      ),
    ),
  );
}

// A number stands in the text itself, a bullet does not: the list draws bullets alone.
function listElement(items, draw) {
  return h(
    "ul",
    { class: "items" },
    items.map((item) =>
      h(
        "li",
        {
          class: `${item.bullet ? "bulleted" : "numbered"} depth-${Math.min(4, item.level || 1)}`,
          "data-start": item.start,
        },
        draw(item.runs),
      ),
    ),
  );
}

const TAGS = { code: "pre", quote: "blockquote" };

function blockElement(block, draw, heading) {
  const inside = block.kind === "code" ? h("code", {}, draw(block.runs)) : draw(block.runs);
  const focus = block.kind === "code" ? { tabindex: "0" } : {};
  return h(
    block.kind === "heading" ? heading : (TAGS[block.kind] ?? "p"),
    { class: `block ${block.kind}`, "data-start": block.start, ...focus },
    inside,
  );
}

/**
 * Return the elements of blocks; `draw(runs)` returns the nodes of runs of text.
 * `heading` is the tag of headings: the one below the heading that they stand under on the page.
 */
export function blockElements(blocks, draw, heading = "h3") {
  return grouped(blocks).map(({ kind, blocks: inside }) => {
    if (kind === "table") return tableElement(inside, draw);
    if (kind === "list") return listElement(inside, draw);
    return blockElement(inside[0], draw, heading);
  });
}

/** Tell whether blocks are one plain paragraph, which can stand in a line with others. */
export const isPlain = (blocks) => blocks.length === 1 && blocks[0].kind === "paragraph";
