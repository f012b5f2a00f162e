/** Dialogs: the browser's own, so that focus stays inside, Escape shuts, and focus goes back. */

import { el, newId, replace } from "../dom.js";
import { icon } from "./icons.js";

/**
 * Opens a dialog.
 *
 * @param {Object} options
 * @param {string} options.title
 * @param {Node|Node[]} options.body
 * @param {boolean} [options.isWide]
 * @param {boolean} [options.isAlert] whether it asks a question that must be answered
 * @param {boolean} [options.mustBeClosed] whether only its button shuts it: it shows what is never
 *   shown again
 * @param {() => void} [options.closed]
 * @returns {{close: () => void, show: (body: Node|Node[]) => void}}
 */
export function openDialog({ title, body, isWide, isAlert, mustBeClosed, closed = () => {} }) {
    const titleId = newId("dialog");
    const content = el("div", { class: "dialog-body" }, body);
    const element = el("dialog", {
        class: `dialog${isWide ? " wide" : ""}${isAlert ? " alert" : ""}`,
        "aria-labelledby": titleId, role: isAlert ? "alertdialog" : null,
        on: {
            cancel: (event) => {
                if (mustBeClosed) event.preventDefault();
            },
            close: () => {
                moveNews();
                element.remove();
                closed();
            },
        },
    },
    el("header", { class: "dialog-head" },
        el("h2", { id: titleId, tabindex: "-1" }, title),
        !mustBeClosed && el("button", {
            class: "button ghost square", type: "button", "aria-label": "Close",
            on: { click: () => element.close() },
        }, icon("cross"))),
    content);
    // A click beside the dialog shuts it, unless a text was being selected out of it.
    let isOutside = false;
    element.addEventListener("pointerdown", (event) => {
        isOutside = event.target === element;
    });
    element.addEventListener("click", (event) => {
        if (event.target === element && isOutside && !mustBeClosed) element.close();
    });
    document.body.append(element);
    element.showModal();
    moveNews();
    // Where to type is a better beginning than the button that closes.
    if (!isAlert) content.querySelector("input, select, textarea, button")?.focus();
    return {
        close: () => element.close(),
        show: (next) => {
            replace(content, next);
            content.querySelector("input, select, textarea, button")?.focus();
        },
    };
}

/** Short news stand in the dialog on top: what is outside of it is neither seen nor read out. */
function moveNews() {
    const open = document.querySelectorAll("dialog[open]");
    (open[open.length - 1] ?? document.body).append(document.getElementById("toasts"));
}
