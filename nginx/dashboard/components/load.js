/** A place that is filled when an answer comes. */

import { words } from "../api.js";
import { el, replace } from "../dom.js";
import { icon } from "./icons.js";

/**
 * Fills a container with what a task brings; shows that it is under way and, should it fail, why.
 *
 * @template T
 * @param {HTMLElement} container
 * @param {AbortSignal} signal of the page: nothing is shown after it is left
 * @param {() => Promise<T>} task
 * @param {(value: T) => Node|Node[]} show
 */
export async function load(container, signal, task, show) {
    container.setAttribute("aria-busy", "true");
    // Quick answers come without a flicker.
    const patience = setTimeout(() => {
        if (container.childElementCount === 0) replace(container, skeleton());
    }, 150);
    try {
        const value = await task();
        if (signal.aborted) return;
        replace(container, show(value));
    } catch (error) {
        if (signal.aborted) return;
        replace(container, failure(words(error), () => load(container, signal, task, show)));
    } finally {
        clearTimeout(patience);
        container.removeAttribute("aria-busy");
    }
}

/** Something went wrong here; the button tries once more. */
export function failure(text, again) {
    return el("div", { class: "failure", role: "alert" }, icon("alert"),
        el("p", {}, text),
        el("button", { class: "button", type: "button", on: { click: again } }, "Try again"));
}

function skeleton() {
    return el("div", { class: "skeleton", "aria-hidden": "true" },
        el("div"), el("div"), el("div"));
}
