/** A list with nothing in it says what to do first. */

import { el } from "../dom.js";
import { icon } from "./icons.js";

/**
 * @param {string} picture the name of an icon
 * @param {string} title what is not there
 * @param {string} text why one would want it
 * @param {...Node} actions
 */
export function empty(picture, title, text, ...actions) {
    return el("div", { class: "empty" },
        el("div", { class: "empty-icon" }, icon(picture)),
        el("h2", {}, title),
        el("p", {}, text),
        actions.length > 0 && el("div", { class: "row" }, actions));
}
