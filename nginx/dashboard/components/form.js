/** Labelled fields, and forms in dialogs that say what went wrong. */

import { words } from "../api.js";
import { el, newId, replace } from "../dom.js";
import { icon } from "./icons.js";
import { openDialog } from "./dialog.js";

/**
 * A field with its label and a hint.
 *
 * @param {string} label
 * @param {HTMLElement} control an input, select, textarea or a group with a control in it
 * @param {{hint?: string|Node, optional?: boolean}} [options]
 */
export function field(label, control, { hint, optional = false } = {}) {
    control.id ||= newId("field");
    const hintId = `${control.id}-hint`;
    if (hint) control.setAttribute("aria-describedby", hintId);
    return el("div", { class: "field" },
        el("label", { for: control.id }, label,
            optional && el("span", { class: "optional" }, " optional")),
        control,
        hint && el("p", { class: "hint", id: hintId }, hint));
}

/** Several controls under one title. */
export function fieldset(title, ...children) {
    return el("fieldset", { class: "fieldset" }, el("legend", {}, title), children);
}

/** A one-line text. */
export const text = (name, value = "", options = {}) => el("input", {
    type: "text", name, value: value ?? "", autocomplete: "off", spellcheck: "false", ...options,
});

/** A text of several lines. */
export const textarea = (name, value = "", options = {}) => el("textarea", {
    name, value: value ?? "", rows: 3, ...options,
});

/** A secret: nobody looks over the shoulder, no browser keeps it. */
export const secret = (name, options = {}) => el("input", {
    type: "password", name, autocomplete: "off", spellcheck: "false", class: "mono", ...options,
});

/** A choice; `choices` are pairs of value and text. */
export const select = (name, value, choices, options = {}) => el("select", {
    name, value: value ?? "", ...options,
}, choices.map(([value, text]) => el("option", { value }, text)));

/** A box to tick, with its text. */
export function checkbox(name, label, checked = false, hint = "") {
    return el("label", { class: "checkbox" },
        el("input", { type: "checkbox", name, checked }),
        el("span", {}, label, hint && el("span", { class: "hint" }, hint)));
}

/** A few choices side by side, of which one holds. */
export function segmented(label, name, value, choices, changed = () => {}) {
    const group = newId(name);
    return el("fieldset", { class: "segmented" },
        el("legend", { class: "visually-hidden" }, label),
        choices.map(([choice, text]) => el("label", {},
            el("input", {
                type: "radio", name: group, value: choice, checked: choice === value,
                on: { change: () => changed(choice) },
            }),
            el("span", {}, text))));
}

/**
 * A dialog with a form.
 *
 * @param {Object} form
 * @param {string} form.title
 * @param {string|Node} [form.intro]
 * @param {Node[]} form.fields
 * @param {string} form.submit what the button says
 * @param {boolean} [form.isWide]
 * @param {(values: Object<string, string>) => Promise<void|Node>} form.save gets the trimmed
 *   values by name; throws to say what is wrong; what it gives is shown in place of the form
 * @returns {Promise<boolean>} whether it was saved
 */
export function formDialog({ title, intro, fields, submit, isWide, save }) {
    return new Promise((resolve) => {
        let isSaved = false;
        const problem = el("div", { class: "form-problem", role: "alert" });
        const submitButton = el("button", { class: "button primary", type: "submit" }, submit);
        const element = el("form", {
            class: "form", novalidate: true,
            on: {
                submit: async (event) => {
                    event.preventDefault();
                    replace(problem);
                    const wrong = element.querySelector(":invalid:not(fieldset)");
                    if (wrong) {
                        wrong.closest("details:not([open])")?.setAttribute("open", "");
                        complain(problem, `${labelOf(wrong)}: ${whatIsWrong(wrong)}`);
                        wrong.focus();
                        return;
                    }
                    submitButton.disabled = true;
                    try {
                        const shown = await save(valuesOf(element));
                        isSaved = true;
                        if (shown) dialog.show(shown);
                        else dialog.close();
                    } catch (error) {
                        complain(problem, words(error));
                    } finally {
                        submitButton.disabled = false;
                    }
                },
            },
        },
        intro && el("p", { class: "dialog-intro" }, intro),
        fields, problem,
        el("div", { class: "dialog-actions" },
            el("button", { class: "button", type: "button", on: { click: () => dialog.close() } },
                "Cancel"),
            submitButton));
        const dialog = openDialog({ title, body: element, isWide, closed: () => resolve(isSaved) });
    });
}

/** Asks before something that can't be taken back. */
export function confirm({ title, message, submit, act }) {
    return new Promise((resolve) => {
        let isDone = false;
        const problem = el("div", { class: "form-problem", role: "alert" });
        const go = el("button", {
            class: "button danger", type: "button",
            on: {
                click: async () => {
                    go.disabled = true;
                    replace(problem);
                    try {
                        await act();
                        isDone = true;
                        dialog.close();
                    } catch (error) {
                        complain(problem, words(error));
                    } finally {
                        go.disabled = false;
                    }
                },
            },
        }, submit);
        const dialog = openDialog({
            title,
            isAlert: true,
            body: [
                el("p", { class: "dialog-intro" }, message), problem,
                el("div", { class: "dialog-actions" },
                    el("button", {
                        class: "button", type: "button", autofocus: true,
                        on: { click: () => dialog.close() },
                    }, "Keep it"),
                    go),
            ],
            closed: () => resolve(isDone),
        });
    });
}

function complain(place, message) {
    replace(place, icon("alert"), el("span", {}, message));
}

/** In the form's own words where the browser only knows that it does not match. */
const whatIsWrong = (control) => (control.validity.patternMismatch && control.title
    ? control.title : control.validationMessage);

function labelOf(control) {
    return control.labels?.[0]?.firstChild?.textContent
        ?? control.getAttribute("aria-label") ?? "This field";
}

function valuesOf(form) {
    return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
}
