/** A box to search with. */

import { el } from "../dom.js";
import { icon } from "./icons.js";

/**
 * @param {string} label
 * @param {(text: string) => void} changed called when typing pauses
 */
export function searchBox(label, changed, value = "") {
    let timer;
    return el("label", { class: "search" },
        el("span", { class: "visually-hidden" }, label),
        icon("search"),
        el("input", {
            type: "search", placeholder: label, value, autocomplete: "off", spellcheck: "false",
            on: {
                input: (event) => {
                    clearTimeout(timer);
                    timer = setTimeout(() => changed(event.target.value.trim()), 120);
                },
            },
        }));
}
