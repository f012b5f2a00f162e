/** Buttons of one look. */

import { words } from "../api.js";
import { el } from "../dom.js";
import { icon } from "./icons.js";
import { toast } from "./toast.js";

/**
 * A button. While its action runs it can't be pressed again; what fails is told as a toast.
 *
 * @param {string} text
 * @param {() => void|Promise<void>} action
 * @param {{kind?: string, icon?: string, label?: string, disabled?: boolean}} [options] `kind` is
 *   primary, danger or ghost, with `small` beside it; `label` is what a screen reader says
 */
export function button(text, action, options = {}) {
    return el("button", {
        class: `button ${options.kind ?? ""}${text ? "" : " square"}`.trim(), type: "button",
        "aria-label": options.label, title: text ? null : options.label,
        disabled: options.disabled ?? false, on: { click: guarded(action) },
    }, options.icon && icon(options.icon), text);
}

/** A button that looks like a name: it opens what the name stands for. */
export const nameButton = (text, action) => el("button", {
    class: "link", type: "button", on: { click: guarded(action) },
}, text);

function guarded(action) {
    let isRunning = false;
    return async () => {
        // Not disabled: the focus could not come back to it out of a dialog.
        if (isRunning) return;
        isRunning = true;
        try {
            await action();
        } catch (error) {
            toast(words(error), "failed");
        } finally {
            isRunning = false;
        }
    };
}
