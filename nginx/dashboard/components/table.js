/** Tables of a few hundred rows; for more there is virtual-table.js. */

import { el } from "../dom.js";

/**
 * A column: `cell` gives what stands in it; `isNumber` sets it to the right; `isMinor` is left out
 * on a phone, `isExtra` wherever there is little room.
 *
 * @template T
 * @typedef {Object} Column
 * @property {string} title
 * @property {(item: T) => Node|string|null|Array} cell
 * @property {boolean} [isNumber]
 * @property {boolean} [isMinor]
 * @property {boolean} [isExtra]
 * @property {boolean} [isTight] as wide as what stands in it, and never broken
 * @property {boolean} [isActions] buttons: the title is for screen readers only
 * @property {string} [width] of CSS
 */

/**
 * A table.
 *
 * @template T
 * @param {string} caption for screen readers
 * @param {Column<T>[]} columns the first is each row's heading
 * @param {T[]} items
 */
export function table(caption, columns, items) {
    return el("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": caption },
        el("table", { class: "table" },
            el("caption", { class: "visually-hidden" }, caption),
            el("thead", {}, headRow(columns)),
            el("tbody", {}, items.map((item) => row(columns, item)))));
}

/** The row of titles. */
export function headRow(columns) {
    return el("tr", {}, columns.map((column) => el("th", {
        scope: "col", class: classOf(column),
        style: column.width ? { width: column.width } : {},
    }, column.isActions ? el("span", { class: "visually-hidden" }, column.title) : column.title)));
}

/** The row of an item. */
export function row(columns, item, properties = {}) {
    return el("tr", properties, columns.map((column, index) => (index === 0
        ? el("th", { scope: "row", class: classOf(column) }, column.cell(item))
        : el("td", { class: classOf(column) }, column.cell(item)))));
}

function classOf({ isNumber, isMinor, isExtra, isTight, isActions }) {
    const classes = [isNumber && "number", isMinor && "minor", isExtra && "extra",
        isTight && "tight", isActions && "actions"];
    return classes.filter(Boolean).join(" ") || null;
}
