/** A list of short texts: typed, chosen from suggestions, taken away again. */

import { el, newId, replace } from "../dom.js";
import { icon } from "./icons.js";

/**
 * @param {string} label
 * @param {string[]} values
 * @param {string[]} suggestions
 * @param {string} placeholder
 * @returns {{element: HTMLElement, values: string[]}}
 */
export function chips(label, values, suggestions, placeholder) {
    const state = { values: [...values] };
    const list = newId("suggestions");
    const shown = el("ul", { class: "chip-list", "aria-label": label });
    const input = el("input", {
        type: "text", class: "chip-input", "aria-label": `Add to: ${label}`, list, placeholder,
        autocomplete: "off", spellcheck: "false",
        on: {
            keydown: (event) => {
                if (event.key === "Enter" || event.key === ",") {
                    event.preventDefault();
                    add(input.value);
                } else if (event.key === "Backspace" && input.value === "") {
                    remove(state.values.at(-1));
                }
            },
            input: () => {
                // A suggestion that was chosen is meant as a whole.
                if (suggestions.includes(input.value)) add(input.value);
            },
            blur: () => add(input.value),
        },
    });

    function add(text) {
        for (const value of text.split(",").map((part) => part.trim()).filter(Boolean)) {
            if (!state.values.includes(value)) state.values.push(value);
        }
        input.value = "";
        draw();
    }

    function remove(value) {
        state.values = state.values.filter((one) => one !== value);
        draw();
        input.focus();
    }

    function draw() {
        replace(shown, state.values.map((value) => el("li", { class: "chip" },
            el("span", {}, value),
            el("button", {
                type: "button", "aria-label": `Remove ${value}`,
                on: { click: () => remove(value) },
            }, icon("cross")))));
    }

    draw();
    state.element = el("div", { class: "chips" }, shown, input,
        el("datalist", { id: list }, suggestions.map((value) => el("option", { value }))));
    return state;
}
