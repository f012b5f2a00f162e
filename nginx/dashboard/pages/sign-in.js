/** The first page: a management key, kept in memory. */

import { words } from "../api.js";
import { el, replace } from "../dom.js";
import { checkbox, field, secret } from "../components/form.js";
import { icon } from "../components/icons.js";
import { brand, themeSwitch } from "../shell.js";

/**
 * @param {{note: string, signIn: (token: string, remember: boolean) => Promise<void>}} options
 */
export function signInPage({ note, signIn }) {
    const problem = el("div", { class: "form-problem", role: "alert" });
    const submit = el("button", { class: "button primary block", type: "submit" }, "Sign in");
    const token = secret("token", {
        required: true, placeholder: "ngm-…", "aria-required": "true",
    });
    const complain = (text) => replace(problem, icon("alert"), el("span", {}, text));
    const form = el("form", {
        class: "sign-in-card", novalidate: true, "aria-labelledby": "sign-in-title",
        on: {
            submit: async (event) => {
                event.preventDefault();
                replace(problem);
                if (token.value.trim() === "") {
                    complain("Paste a management key first.");
                    token.focus();
                    return;
                }
                submit.disabled = true;
                try {
                    await signIn(token.value.trim(), form.elements.remember.checked);
                } catch (error) {
                    complain(words(error));
                    token.select();
                } finally {
                    submit.disabled = false;
                }
            },
        },
    },
    el("h1", { id: "sign-in-title" }, "Sign in"),
    note && el("p", { class: "sign-in-note", role: "status" }, note),
    field("Management key", token, {
        hint: "It stays in the memory of this page and is sent to this site alone.",
    }),
    checkbox("remember", "Remember in this tab", false, "until the tab is closed"),
    problem, submit,
    el("p", { class: "sign-in-help" }, "No key yet? On the gateway's machine: ",
        el("code", {}, "lockkeeper management-keys create ", ["--name me ", "--role admin"].map(
            (option) => el("span", {}, option)))));
    return el("div", { class: "sign-in" },
        el("header", { class: "sign-in-head" }, brand(), themeSwitch()),
        el("main", { class: "sign-in-main", id: "main" }, form));
}
