/** Small pieces of text that look the same everywhere. */

import { el } from "../dom.js";
import { moment, relative } from "../format.js";

/** A state in a word; `kind` is good, bad, warn or quiet. */
export const badge = (word, kind = "quiet") => el("span", { class: `badge ${kind}` }, word);

/** An id, a redacted key: letter by letter. */
export const mono = (content) => el("span", { class: "mono" }, content);

/** A moment, as far from now as it is. */
export function ago(date, never = "never") {
    if (!date) return el("span", { class: "faint" }, never);
    return el("time", { datetime: date, title: moment(date) }, relative(date));
}

/** A name with a second line under it. */
export const twoLines = (first, second) => el("div", { class: "two-lines" },
    el("span", { class: "first" }, first), el("span", { class: "second" }, second));

/** Names and values, one under the other. */
export const facts = (pairs) => el("dl", { class: "facts" },
    pairs.filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));

/** A box with a title. */
export function card(title, ...children) {
    return el("section", { class: "card" },
        title && el("h2", { class: "card-title" }, title), children);
}
