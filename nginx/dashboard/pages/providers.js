/** Providers: the account's keys for them, and those of its own making. */

import { accountField, named } from "../components/account.js";
import { button } from "../components/button.js";
import { editProvider } from "../components/provider-editor.js";
import { empty } from "../components/empty.js";
import { confirm, field, formDialog, secret, text } from "../components/form.js";
import { load } from "../components/load.js";
import { table } from "../components/table.js";
import { ago, badge, card, mono, twoLines } from "../components/text.js";
import { toast } from "../components/toast.js";
import { providerNames } from "../components/vocabulary.js";
import { el, newId } from "../dom.js";
import { plural } from "../format.js";

export default function providers({ session, signal }) {
    const page = new ProvidersPage(session, signal);
    page.show();
    return {
        intro: "Who answers, and the keys with which they are called.",
        actions: session.canWrite ? [
            button("Add provider", () => page.edit(null), { icon: "plus" }),
            button("Add key", () => page.addKey(), { kind: "primary", icon: "key" }),
        ] : [],
        body: page.body,
    };
}

class ProvidersPage {
    #session;
    #signal;
    body = el("div");

    constructor(session, signal) {
        this.#session = session;
        this.#signal = signal;
    }

    get #api() {
        return this.#session.api;
    }

    async show() {
        await load(this.body, this.#signal, () => Promise.all([
            this.#api.all("/provider-keys", "aiGatewayProviderKeys", { signal: this.#signal }),
            this.#api.all("/providers", "aiGatewayProviders", { signal: this.#signal }),
        ]), ([keys, custom]) => this.#content(keys, custom));
    }

    #content(keys, custom) {
        if (keys.length === 0 && custom.length === 0) {
            return empty("plug", "No provider key yet",
                "With a key of your own a provider is paid directly. Without one the operator's "
                + "managed keys serve, where there are some, and credits pay. A model of your own "
                + "(Ollama, vLLM, Azure) is added as a provider.",
                this.#session.canWrite && button("Add key", () => this.addKey(),
                    { kind: "primary", icon: "key" }),
                this.#session.canWrite && button("Add provider", () => this.edit(null), { icon: "plus" }));
        }
        // An admin sees all accounts, two of which may call a provider of their own the same.
        const place = ({ accountId, providerId }) => `${providerId} ${accountId}`;
        const byPlace = Map.groupBy(keys, place);
        const own = new Map(custom.map((provider) => [place(provider), provider]));
        const places = [...new Set([...own.keys(), ...byPlace.keys()])].sort();
        return el("div", { class: "stack" },
            places.map((place) => this.#provider(own.get(place), byPlace.get(place) ?? [])));
    }

    #provider(custom, keys) {
        const { canWrite } = this.#session;
        const { providerId: id, accountId } = custom ?? keys[0];
        return card(null,
            el("header", { class: "card-head" },
                el("div", {},
                    el("h2", { class: "card-title" }, named(this.#session, { accountId }, custom?.name ?? id),
                        custom && [" ", badge("own", "accent")]),
                    el("p", { class: "quiet" }, custom
                        ? [mono(custom.baseUrl), ` · ${plural(custom.models?.length ?? 0, "model")}`]
                        : "built in")),
                canWrite && el("div", { class: "row" },
                    custom && button("Delete", () => this.#remove(custom),
                        { kind: "ghost small", label: `Delete ${custom.name}` }),
                    custom && button("Edit", () => this.edit(custom),
                        { kind: "small", label: `Edit ${custom.name}` }),
                    button("Add key", () => this.addKey(id),
                        { kind: "small", label: `Add a key for ${id}` }))),
            keys.length === 0
                ? el("p", { class: "quiet" }, "No key: it is called without one.")
                : table(`Keys for ${id}`, this.#columns(), keys));
    }

    #columns() {
        const { canWrite } = this.#session;
        return [
            { title: "Name", cell: (key) => twoLines(key.name, [
                el("span", { class: "only-narrow mono" }, key.keyRedacted),
                el("span", { class: "only-wide" }, key.description || key.id),
            ]) },
            { title: "Key", cell: (key) => mono(key.keyRedacted), isMinor: true, isTight: true },
            { title: "Last used", cell: (key) => ago(key.lastUsed), isMinor: true },
            { title: "Created", cell: (key) => ago(key.createdAt), isExtra: true },
            ...(canWrite ? [{
                title: "Actions", isActions: true,
                cell: (key) => el("div", { class: "row-actions" },
                    button("Rotate", () => this.#rotate(key),
                        { kind: "small", label: `Rotate ${key.name}` }),
                    button("", () => this.#rename(key),
                        { kind: "ghost small", icon: "edit", label: `Edit ${key.name}` }),
                    button("", () => this.#deleteKey(key),
                        { kind: "ghost small", icon: "trash", label: `Delete ${key.name}` })),
            }] : []),
        ];
    }

    async addKey(provider = "") {
        const [names, account] = await Promise.all([
            providerNames(this.#api), accountField(this.#session),
        ]);
        const list = newId("providers");
        await this.#save({
            title: "Add a provider key",
            intro: "It is sealed with the gateway's master key at once and never shown again.",
            fields: [
                field("Provider", text("providerId", provider, {
                    required: true, list, placeholder: "openai",
                }), { hint: "A built-in provider or one of your own." }),
                el("datalist", { id: list }, names.map((value) => el("option", { value }))),
                field("Name", text("name", "", {
                    required: true, maxlength: 255, placeholder: "for example: team budget",
                })),
                account,
                field("Key", secret("value", { required: true, placeholder: "sk-…" })),
                field("Description", text("description", "", { maxlength: 255 }), { optional: true }),
            ],
            submit: "Add key",
            save: async ({ description, ...values }) => {
                await this.#api.post("/provider-keys", {
                    ...values, ...(description ? { description } : {}),
                });
            },
        }, "Added: it serves from the next request on.");
    }

    #rotate(key) {
        return this.#save({
            title: `Rotate “${key.name}”`,
            intro: "The new value takes the old one's place under the same id: "
                + "configurations that name it need no change.",
            fields: [
                field("Name", text("name", key.name, { required: true, maxlength: 255 })),
                field("New key", secret("value", { required: true, placeholder: "sk-…" })),
            ],
            submit: "Rotate",
            save: async (values) => {
                await this.#api.post(`/provider-keys/${key.id}/rotate`, values);
            },
        }, "Rotated: the next request uses the new value.");
    }

    async #rename(listed) {
        const key = await this.#api.get(`/provider-keys/${listed.id}`);
        await this.#save({
            title: `Edit “${key.name}”`,
            fields: [
                field("Name", text("name", key.name, { required: true, maxlength: 255 })),
                field("Description", text("description", key.description, { maxlength: 255 }),
                    { optional: true }),
            ],
            submit: "Save",
            save: async (values) => {
                await this.#api.patch(`/provider-keys/${key.id}`, values, key);
            },
        }, "Saved.");
    }

    async #deleteKey(key) {
        const isDone = await confirm({
            title: `Delete “${key.name}”?`,
            message: `Requests to ${key.providerId} go on with the account's other keys, or with `
                + "managed ones. A key that a configuration names is not deleted.",
            submit: "Delete",
            act: () => this.#api.delete(`/provider-keys/${key.id}`),
        });
        if (isDone) await this.show();
    }

    async edit(listed) {
        const provider = listed && await this.#api.get(`/providers/${listed.id}`);
        const account = listed ? null : await accountField(this.#session);
        if (await editProvider(this.#api, provider, account)) {
            toast("Saved.");
            await this.show();
        }
    }

    async #remove(provider) {
        const isDone = await confirm({
            title: `Delete “${provider.name}”?`,
            message: "Its models are offered no more. "
                + "A provider that keys or configurations name is not deleted.",
            submit: "Delete",
            act: () => this.#api.delete(`/providers/${provider.id}`),
        });
        if (isDone) await this.show();
    }

    async #save(form, news) {
        if (await formDialog(form)) {
            toast(news);
            await this.show();
        }
    }
}
