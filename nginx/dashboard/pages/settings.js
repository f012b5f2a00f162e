/** Limits of the account, management keys, gateways and, for admins, accounts. */

import { button } from "../components/button.js";
import { openDialog } from "../components/dialog.js";
import { confirm, field, formDialog, select, text } from "../components/form.js";
import { load } from "../components/load.js";
import { tokenBox } from "../components/snippets.js";
import { table } from "../components/table.js";
import { ago, badge, card, facts, mono, twoLines } from "../components/text.js";
import { toast } from "../components/toast.js";
import { el } from "../dom.js";
import { count } from "../format.js";

const ROLES = { admin: "accent", account: "quiet", read: "quiet" };

export default function settings({ session, signal }) {
    const { api, isAdmin, canWrite } = session;
    const places = { limits: el("div"), keys: el("div"), accounts: el("div"), gateways: el("div") };

    const showLimits = () => load(places.limits, signal,
        () => api.get("/gateway-config", { signal }), limits);
    const showKeys = () => load(places.keys, signal,
        () => api.all("/api-keys", "aiGatewayApiKeys", { signal }), managementKeys);
    const showAccounts = () => load(places.accounts, signal,
        () => api.all("/accounts", "accounts", { signal }), accounts);
    const showGateways = () => load(places.gateways, signal,
        () => api.all("/endpoints", "endpoints", { signal }), gateways);

    function limits(config) {
        return card(null,
            head(`Limits of the account ${config.accountId}`, "They may only tighten what the operator's file says.",
                canWrite && button("Edit", () => editLimits(config), { kind: "small" })),
            facts([
                ["Whole request", config.totalTimeout ?? "as the file says"],
                ["Each attempt", config.perRequestTimeout ?? "as the file says"],
                ["Input tokens", config.maxInputTokens === null ? "as the file says" : count(config.maxInputTokens)],
                ["Output tokens", config.maxOutputTokens === null ? "as the file says" : count(config.maxOutputTokens)],
            ]));
    }

    async function editLimits(config) {
        const duration = {
            placeholder: "as the file says", pattern: "(\\d+(\\.\\d+)?(ms|s|m|h))+",
            title: "A time such as 90s or 5m.",
        };
        const number = {
            placeholder: "as the file says", inputmode: "numeric", pattern: "\\d+",
            title: "A whole number, such as 32000.",
        };
        const isSaved = await formDialog({
            title: "Limits of the account",
            fields: [
                field("Whole request", text("totalTimeout", config.totalTimeout, duration),
                    { hint: "For example 90s or 5m. Empty: as the file says." }),
                field("Each attempt", text("perRequestTimeout", config.perRequestTimeout, duration)),
                field("Most input tokens", text("maxInputTokens", config.maxInputTokens, number)),
                field("Most output tokens", text("maxOutputTokens", config.maxOutputTokens, number)),
            ],
            submit: "Save",
            save: async (values) => {
                const number = (name) => (values[name] === "" ? null : Number(values[name]));
                await api.patch("/gateway-config", {
                    totalTimeout: values.totalTimeout || null,
                    perRequestTimeout: values.perRequestTimeout || null,
                    maxInputTokens: number("maxInputTokens"),
                    maxOutputTokens: number("maxOutputTokens"),
                }, config);
            },
        });
        if (isSaved) {
            toast("Saved: it holds from the next request on.");
            await showLimits();
        }
    }

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
        const choices = isAdmin
            ? (await api.all("/accounts", "accounts")).map(({ id }) => id) : [session.key.accountId];
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
                    isAdmin ? { hint: "An admin's key is for all accounts, whatever is chosen here." } : {}),
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

    function accounts(list) {
        return card(null,
            head("Accounts", "Tenants: each with keys, configurations and credits of its own.",
                button("Create", createAccount, { kind: "small", icon: "plus" })),
            table("Accounts", [
                { title: "Id", cell: (account) => twoLines(mono(account.id), account.name) },
                {
                    title: "State", cell: (account) => (account.disabled
                        ? badge("disabled", "warn") : badge("active", "good")),
                },
                {
                    title: "Gateways", isMinor: true, cell: ({ endpoints }) => (endpoints.length > 0
                        ? el("span", { class: "tags" }, endpoints.map((id) => el("code", {}, id)))
                        : el("span", { class: "faint" }, "none names it yet")),
                },
                { title: "Created", isExtra: true, cell: createdAt },
                {
                    title: "Actions", isActions: true,
                    cell: (account) => account.id !== "default" && el("div", { class: "row-actions" },
                        button(account.disabled ? "Enable" : "Disable", () => disable(account), {
                            kind: "small",
                            label: `${account.disabled ? "Enable" : "Disable"} ${account.id}`,
                        })),
                },
            ], list));
    }

    async function createAccount() {
        const isSaved = await formDialog({
            title: "Create an account",
            intro: "A gateway lets its keys in once its file names it under accounts.",
            fields: [
                field("Id", text("id", "", {
                    required: true, maxlength: 64, pattern: "[A-Za-z0-9._\\-]+", class: "mono",
                    placeholder: "acme", title: "Letters, digits, dot, underscore and dash alone.",
                }), { hint: "What the file calls it; it can't be changed later." }),
                field("Name", text("name", "", { maxlength: 255 }), { optional: true }),
                field("Description", text("description", "", { maxlength: 255 }), { optional: true }),
            ],
            submit: "Create account",
            save: async (values) => {
                await api.post("/accounts", values);
            },
        });
        if (isSaved) await showAccounts();
    }

    async function disable(listed) {
        const account = await api.get(`/accounts/${listed.id}`);
        if (account.disabled) {
            await api.patch(`/accounts/${account.id}`, { disabled: false }, account);
            await showAccounts();
            return;
        }
        const isDone = await confirm({
            title: `Disable ${account.id}?`,
            message: "All its keys are refused until it is enabled again.",
            submit: "Disable",
            act: () => api.patch(`/accounts/${account.id}`, { disabled: true }, account),
        });
        if (isDone) await showAccounts();
    }

    showLimits();
    showKeys();
    showGateways();
    if (isAdmin) showAccounts();
    return {
        intro: "Limits, who may manage what, and the gateways of the file.",
        body: el("div", { class: "stack" },
            places.limits, places.keys, isAdmin && places.accounts, places.gateways),
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

/** What nobody made was there from the start. */
function createdAt(account) {
    return Date.parse(account.createdAt) > 0 ? ago(account.createdAt) : "from the start";
}

function head(title, text, action = null) {
    return el("header", { class: "card-head" },
        el("div", {}, el("h2", { class: "card-title" }, title), el("p", { class: "quiet" }, text)),
        action);
}
