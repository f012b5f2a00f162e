/** Short news at the corner of the window, read out by screen readers. */

import { el } from "../dom.js";
import { icon } from "./icons.js";

const SECONDS = { done: 5, failed: 12 };

/**
 * Tells something.
 *
 * @param {string} text
 * @param {"done"|"failed"} [kind]
 */
export function toast(text, kind = "done") {
    const remove = () => item.remove();
    const item = el("div", { class: `toast ${kind}` },
        icon(kind === "done" ? "check" : "alert"),
        el("span", {}, text),
        el("button", {
            class: "button ghost square small", type: "button", "aria-label": "Dismiss",
            on: { click: remove },
        }, icon("cross")));
    const region = document.getElementById("toasts");
    region.append(item);
    while (region.children.length > 4) region.firstElementChild.remove();
    let timer = setTimeout(remove, SECONDS[kind] * 1000);
    item.addEventListener("pointerenter", () => clearTimeout(timer));
    item.addEventListener("pointerleave", () => {
        timer = setTimeout(remove, SECONDS[kind] * 1000);
    });
}
