/** Copies a text. */

import { el, replace } from "../dom.js";
import { icon } from "./icons.js";
import { toast } from "./toast.js";

/** A button that copies; `what` is what the text is, for the news and for screen readers. */
export function copyButton(text, what, { kind = "" } = {}) {
    const element = el("button", {
        class: `button ${kind}`.trim(), type: "button", "aria-label": `Copy ${what}`,
        on: {
            click: async () => {
                if (!await copy(text)) {
                    toast("The browser did not let it be copied: select it and copy by hand.", "failed");
                    return;
                }
                toast(`Copied: ${what}`);
                replace(element, icon("check"), "Copied");
                setTimeout(() => replace(element, icon("copy"), "Copy"), 2000);
            },
        },
    }, icon("copy"), "Copy");
    return element;
}

async function copy(text) {
    if (navigator.clipboard) {
        try {
            await navigator.clipboard.writeText(text);
            return true;
        } catch {
            // Not allowed: the old way may be.
        }
    }
    // Over plain HTTP there is no clipboard, but there is a selection. Inside the open dialog:
    // nothing outside of it can be focused.
    const area = el("textarea", { class: "visually-hidden", value: text, readOnly: true });
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
}
