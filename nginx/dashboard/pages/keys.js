/** Access keys: what applications send. */

import { accountField, accountOf, named } from "../components/account.js";
import { budgetFields, budgetOf, budgetText } from "../components/budget.js";
import { button, nameButton } from "../components/button.js";
import { openDialog } from "../components/dialog.js";
import { empty } from "../components/empty.js";
import { confirm, field, formDialog, select, text, textarea } from "../components/form.js";
import { KeyList } from "../components/key-list.js";
import { failure } from "../components/load.js";
import { searchBox } from "../components/search.js";
import { snippets, snippetTabs, tokenBox } from "../components/snippets.js";
import { ago, badge, facts, mono, twoLines } from "../components/text.js";
import { toast } from "../components/toast.js";
import { VirtualTable } from "../components/virtual-table.js";
import { words } from "../api.js";
import { el, replace } from "../dom.js";
import { count, moment, plural } from "../format.js";
import { address } from "../router.js";

export default function keys({ session, query, signal }) {
    const page = new KeysPage(session, signal, query.get("search") ?? "");
    page.start();
    return {
        intro: "What an application sends to be let through.",
        actions: session.canWrite
            ? [button("Create key", () => page.create(), { kind: "primary", icon: "plus" })] : [],
        body: page.body,
    };
}

class KeysPage {
    #session;
    #list;
    #table;
    #place = el("div", { class: "fill" });
    #status = el("p", { class: "list-status", "aria-live": "polite" });

    constructor(session, signal, search) {
        this.#session = session;
        this.#list = new KeyList(session.api, signal, (items, change) => this.#show(items, change));
        this.#table = new VirtualTable("Access keys", this.#columns(), () => this.#more());
        this.body = el("div", { class: "fill" },
            el("div", { class: "toolbar" },
                searchBox("Search by name, id or end of the key", (text) => this.#search(text), search),
                this.#status),
            this.#place);
        if (search) this.#search(search);
    }

    async start() {
        try {
            await this.#list.start();
        } catch (error) {
            if (error.name === "AbortError") return;
            replace(this.#place, failure(words(error), () => this.start()));
        }
    }

    async #search(text) {
        try {
            await this.#list.search(text);
        } catch (error) {
            if (error.name !== "AbortError") toast(words(error), "failed");
        }
    }

    async #more() {
        try {
            await this.#list.more();
        } catch (error) {
            if (error.name !== "AbortError") toast(words(error), "failed");
        }
    }

    #show(items, change) {
        const { count: read, isComplete, search } = this.#list.state;
        const isNone = items.length === 0 && search === "";
        if (isNone && isComplete) {
            replace(this.#place, this.#none());
            replace(this.#status);
            return;
        }
        if (this.#table.element.parentElement !== this.#place) {
            replace(this.#place, this.#table.element);
        }
        this.#table.show(items, change);
        replace(this.#status, search
            ? `${plural(items.length, "key")} with “${search}”`
            : isComplete ? plural(read, "key") : `${count(read)} keys read so far…`);
    }

    #none() {
        return empty("key", "No access key yet",
            "An application needs one to use the gateway. Its token is shown once, with lines to "
            + "copy for curl and the SDKs.",
            this.#session.canWrite
                && button("Create key", () => this.create(), { kind: "primary", icon: "plus" }));
    }

    #columns() {
        return [
            {
                title: "Name",
                cell: (key) => twoLines(
                    named(this.#session, key, nameButton(key.name || key.id, () => this.#open(key))),
                    key.description || key.id),
            },
            {
                title: "Key", isMinor: true, width: "200px",
                cell: (key) => mono(key.keyRedacted),
            },
            {
                title: "Configuration", isExtra: true, width: "20%",
                cell: (key) => key.accessKeyConfiguration?.name
                    ?? el("span", { class: "faint" }, "everything"),
            },
            { title: "State", cell: stateBadge, width: "108px" },
            { title: "Last used", cell: (key) => ago(key.lastUsed), isMinor: true, width: "128px" },
        ];
    }

    async create() {
        const { api } = this.#session;
        const configurations = await api.all("/access-key-configurations", "aiGatewayAccessKeyConfigurations");
        let made = null;
        const account = await accountField(this.#session);
        await formDialog({
            title: "Create an access key",
            fields: this.#fields({}, configurations, account),
            submit: "Create key",
            save: async (values) => {
                made = await api.post("/access-keys", { ...said(bodyOf(values)), ...accountOf(values) });
            },
        });
        if (!made) return;
        this.#session.tokens.unshift({ id: made.id, name: made.name || made.id, token: made.token });
        openDialog({
            title: `Key “${made.name || made.id}” is ready`,
            isWide: true,
            mustBeClosed: true,
            body: this.#once(made),
            closed: () => this.start(),
        });
    }

    #once(made) {
        return [
            el("p", { class: "dialog-intro" }, el("strong", {}, "Copy the token now. "),
                "It is shown this once: the gateway keeps only a hash of it."),
            tokenBox(made.token, "token"),
            el("h3", {}, "A first request"),
            snippetTabs(snippets(made.token)),
            el("div", { class: "dialog-actions" },
                el("a", {
                    class: "button", href: address("playground", { key: made.id }),
                    on: { click: (event) => event.target.closest("dialog").close() },
                }, "Try it in the playground"),
                el("button", {
                    class: "button primary", type: "button",
                    on: { click: (event) => event.target.closest("dialog").close() },
                }, "I have copied it")),
        ];
    }

    #fields(key, configurations, account = null) {
        return [
            field("Name", text("name", key.name, {
                maxlength: 255, placeholder: "for example: web shop, production",
            }), { hint: "Who will use it: usage and cost are told by this name." }),
            account,
            field("Configuration", select("accessKeyConfigurationId",
                key.accessKeyConfiguration?.id ?? "", [
                    ["", "None: it may reach everything"],
                    ...configurations.map(({ id, name, accountId }) => [
                        id, accountId === configurations[0].accountId ? name : `${name} (${accountId})`,
                    ]),
                ]), { hint: "What it may reach, and by which provider keys." }),
            el("details", { class: "more", open: Boolean(key.id) },
                el("summary", {}, "Description, expiry, budget, metadata"),
                field("Description", text("description", key.description, { maxlength: 255 }),
                    { optional: true }),
                field("Expires", el("input", {
                    type: "datetime-local", name: "expiresAt", value: localTime(key.expiresAt),
                }), { optional: true, hint: "In the time of this computer. Empty: never." }),
                budgetFields(key.budget),
                field("Metadata", textarea("metadata", metadataText(key.metadata), {
                    rows: 2, class: "mono", maxlength: 4096,
                }), { optional: true, hint: "A text or a JSON object for your programs." })),
        ];
    }

    async #open(listed) {
        const { api, canWrite } = this.#session;
        const key = await api.get(`/access-keys/${listed.id}`);
        const dialog = openDialog({
            title: key.name || key.id,
            body: [
                facts([
                    ["Key", mono(key.keyRedacted)],
                    ["State", stateBadge(key)],
                    ["Account", this.#session.isAdmin ? key.accountId : null],
                    ["Description", key.description],
                    ["Configuration", key.accessKeyConfiguration?.name ?? "none: everything"],
                    ["Only on gateway", key.endpointId],
                    ["Budget", budgetText(key.budget) ?? "none"],
                    ["Expires", key.expiresAt ? moment(key.expiresAt) : "never"],
                    ["Last used", ago(key.lastUsed)],
                    ["Created", el("span", {}, moment(key.createdAt), " by ", key.createdBy.id)],
                    ["Updated", el("span", {}, moment(key.updatedAt), " by ", key.lastUpdatedBy.id)],
                    ["Metadata", metadataText(key.metadata) && mono(metadataText(key.metadata))],
                    ["Id", mono(key.id)],
                ]),
                canWrite && el("div", { class: "dialog-actions" },
                    button("Revoke", () => this.#revoke(key, dialog), { kind: "danger", icon: "trash" }),
                    el("span", { class: "spacer" }),
                    button(key.disabled ? "Enable" : "Disable", () => this.#disable(key, dialog)),
                    button("Edit", () => this.#edit(key, dialog), { kind: "primary", icon: "edit" })),
            ],
        });
    }

    async #edit(key, dialog) {
        const { api } = this.#session;
        const configurations = await api.all("/access-key-configurations", "aiGatewayAccessKeyConfigurations");
        dialog.close();
        const isSaved = await formDialog({
            title: `Edit “${key.name || key.id}”`,
            fields: this.#fields(key, configurations),
            submit: "Save",
            save: async (values) => {
                await api.patch(`/access-keys/${key.id}`, bodyOf(values), key);
            },
        });
        if (isSaved) await this.start();
    }

    async #disable(key, dialog) {
        const { api } = this.#session;
        await api.patch(`/access-keys/${key.id}`, { disabled: !key.disabled }, key);
        toast(key.disabled ? "The key is accepted again." : "The key is refused from now on.");
        dialog.close();
        await this.start();
    }

    async #revoke(key, dialog) {
        const isDone = await confirm({
            title: `Revoke “${key.name || key.id}”?`,
            message: "The very next request with it is refused, and it can't be brought back. "
                + "To refuse it for a while, disable it instead.",
            submit: "Revoke for ever",
            act: () => this.#session.api.delete(`/access-keys/${key.id}`),
        });
        if (!isDone) return;
        toast(`Revoked: ${key.name || key.id}`);
        dialog.close();
        await this.start();
    }
}

function stateBadge(key) {
    if (key.disabled) return badge("disabled", "warn");
    if (key.expiresAt && new Date(key.expiresAt) <= new Date()) return badge("expired", "bad");
    return badge("active", "good");
}

function bodyOf(values) {
    return {
        name: values.name,
        description: values.description,
        metadata: metadataOf(values.metadata),
        accessKeyConfigurationId: values.accessKeyConfigurationId || null,
        expiresAt: values.expiresAt ? new Date(values.expiresAt).toISOString() : null,
        budget: budgetOf(values),
    };
}

/** What is not said is left to the gateway. */
const said = (body) => Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== null && value !== ""));

const metadataText = (metadata) => (typeof metadata === "object" && metadata !== null
    ? JSON.stringify(metadata) : metadata ?? "");

/** What looks like an object is one; everything else is a text. */
function metadataOf(text) {
    if (!text.startsWith("{")) return text;
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

/** The form that a field for a moment takes, in local time. */
function localTime(date) {
    if (!date) return "";
    const moment = new Date(date);
    return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
