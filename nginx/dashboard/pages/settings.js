/** Management keys, and the gateways of the file. */

import { button } from "../components/button.js";
import { openDialog } from "../components/dialog.js";
import { confirm, field, formDialog, select, text } from "../components/form.js";
import { load } from "../components/load.js";
import { tokenBox } from "../components/snippets.js";
import { table } from "../components/table.js";
import { ago, badge, card, mono, twoLines } from "../components/text.js";
import { accountNames } from "../components/vocabulary.js";
import { el } from "../dom.js";

const ROLES = { admin: "accent", account: "quiet", read: "quiet" };

export default function settings({ session, signal }) {
    const { api, isAdmin, canWrite } = session;
    const places = { keys: el("div"), gateways: el("div") };

    const showKeys = () => load(places.keys, signal,
        () => api.all("/api-keys", "apiKeys", { signal }), managementKeys);
    const showGateways = () => load(places.gateways, signal,
        () => api.all("/endpoints", "endpoints", { signal }), gateways);

    function managementKeys(keys) {
        return card(null,
            head("Management keys", "They open this dashboard and the API, never a model.",
                canWrite && button("Create", createKey, { kind: "small", icon: "plus" })),
            table("Management keys", [
                {
                    title: "Name",
                    cell: (key) => twoLines(
                        [key.name || key.id, key.id === session.key.id && [" ", badge("you", "accent")]],
                        key.description || key.id),
                },
                { title: "Role", cell: (key) => badge(key.role, ROLES[key.role]) },
                { title: "Account", isMinor: true, cell: (key) => key.accountId ?? "all" },
                { title: "Key", isExtra: true, cell: (key) => mono(key.keyRedacted) },
                { title: "Last used", isMinor: true, cell: (key) => ago(key.lastUsed) },
                ...(canWrite ? [{
                    title: "Actions", isActions: true,
                    cell: (key) => el("div", { class: "row-actions" }, button("", () => removeKey(key), {
                        kind: "ghost small", icon: "trash", label: `Revoke ${key.name || key.id}`,
                    })),
                }] : []),
            ], keys));
    }

    async function createKey() {
        const choices = isAdmin ? await accountNames(api) : [session.key.accountId];
        let made = null;
        await formDialog({
            title: "Create a management key",
            fields: [
                field("Name", text("name", "", { required: true, maxlength: 255 })),
                field("Role", select("role", isAdmin ? "admin" : "account", [
                    ...(isAdmin ? [["admin", "Admin: everything, in every account"]] : []),
                    ["account", "Account: everything of one account"],
                    ["read", "Read: to look at one account"],
                ])),
                field("Account", select("accountId", choices[0], choices.map((id) => [id, id])),
                    { hint: isAdmin ? "An admin's key is for all accounts." : "" }),
            ],
            submit: "Create key",
            save: async ({ name, role, accountId }) => {
                made = await api.post("/api-keys", {
                    name, role, ...(role === "admin" ? {} : { accountId }),
                });
            },
        });
        if (!made) return;
        const dialog = openDialog({
            title: `Key “${made.name}” is ready`,
            mustBeClosed: true,
            body: [
                el("p", { class: "dialog-intro" }, el("strong", {}, "Copy the token now. "),
                    "It is shown this once."),
                tokenBox(made.token, "management token"),
                el("div", { class: "dialog-actions" }, el("button", {
                    class: "button primary", type: "button", on: { click: () => dialog.close() },
                }, "I have copied it")),
            ],
            closed: showKeys,
        });
    }

    async function removeKey(key) {
        const isDone = await confirm({
            title: `Revoke “${key.name || key.id}”?`,
            message: key.id === session.key.id
                ? "This is the key that you are signed in with: you will be signed out at once."
                : "The very next request with it is refused, and it can't be brought back.",
            submit: "Revoke for ever",
            act: () => api.delete(`/api-keys/${key.id}`),
        });
        if (isDone) await showKeys();
    }

    showKeys();
    showGateways();
    return {
        intro: "Who may manage what, and the gateways of the file.",
        body: el("div", { class: "stack" }, places.keys, places.gateways),
    };
}

function gateways(list) {
    return card(null,
        head("Gateways", "From the operator's file, gateway.yaml: they are changed there."),
        table("Gateways", [
            { title: "Id", cell: (gateway) => mono(gateway.id) },
            {
                title: "Accounts", cell: (gateway) => el("span", { class: "tags" },
                    gateway.accounts.map((id) => el("code", {}, id))),
            },
            {
                title: "Providers", isMinor: true, cell: (gateway) => el("span", { class: "tags" },
                    gateway.providers.map((id) => el("code", {}, id))),
            },
        ], list));
}

function head(title, text, action = null) {
    return el("header", { class: "card-head" },
        el("div", {}, el("h2", { class: "card-title" }, title), el("p", { class: "quiet" }, text)),
        action);
}
