/** Virtual models: one name for several models, tried one after the other. */

import { el } from "../dom.js";
import { accountField, accountOf, named } from "./account.js";
import { button } from "./button.js";
import { chips } from "./chips.js";
import { confirm, field, formDialog, text } from "./form.js";
import { load } from "./load.js";
import { table } from "./table.js";
import { card, mono, twoLines } from "./text.js";
import { toast } from "./toast.js";

/**
 * The account's virtual models, and forms to change them.
 *
 * @param {import("../session.js").Session} session
 * @param {AbortSignal} signal
 * @param {() => string[]} suggestions names of models
 * @param {() => void} changed called after a change
 */
export function virtualModels(session, signal, suggestions, changed) {
    const { api, canWrite } = session;
    const place = el("div");
    const show = () => load(place, signal,
        () => api.all("/virtual-models", "aiGatewayVirtualModels", { signal }), list);

    function list(items) {
        return card(null,
            el("header", { class: "card-head" },
                el("div", {}, el("h2", { class: "card-title" }, "Virtual models"),
                    el("p", { class: "quiet" }, items.length === 0
                        ? "None yet. One name for several models, tried one after the other."
                        : "One name for several models, tried one after the other.")),
                canWrite && button("Create", () => edit(null), { kind: "small", icon: "plus" })),
            items.length > 0 && table("Virtual models", [
                {
                    title: "Name",
                    cell: (model) => twoLines(named(session, model, mono(model.name)), [
                        el("span", { class: "only-narrow" }, model.targets.join(", ")),
                        el("span", { class: "only-wide" }, model.description),
                    ]),
                },
                {
                    title: "Targets", isMinor: true,
                    cell: (model) => el("span", { class: "tags" }, model.targets.map((target) => (
                        el("code", {}, target)))),
                },
                ...(canWrite ? [{
                    title: "Actions", isActions: true,
                    cell: (model) => el("div", { class: "row-actions" },
                        button("", () => edit(model),
                            { kind: "ghost small", icon: "edit", label: `Edit ${model.name}` }),
                        button("", () => remove(model),
                            { kind: "ghost small", icon: "trash", label: `Delete ${model.name}` })),
                }] : []),
            ], items));
    }

    async function edit(listed) {
        const model = listed && await api.get(`/virtual-models/${listed.id}`);
        const account = listed ? null : await accountField(session);
        const targets = chips("Targets", model?.targets ?? [], suggestions(),
            "openai/gpt-5-mini, then Enter");
        const isSaved = await formDialog({
            title: model ? `Edit “${model.name}”` : "Create a virtual model",
            fields: [
                field("Name", text("name", model?.name, {
                    required: true, maxlength: 64, pattern: "[A-Za-z0-9._\\-]+", class: "mono",
                    placeholder: "fast", title: "Letters, digits, dot, underscore and dash alone.",
                }), { hint: "Letters, digits, dot, underscore and dash." }),
                field("Description", text("description", model?.description, { maxlength: 255 }),
                    { optional: true }),
                account,
                el("div", { class: "field" }, el("span", { class: "label" }, "Targets"),
                    targets.element,
                    el("p", { class: "hint" }, "Up to ten, tried in this order: author/model, or "
                        + "provider:model for one provider alone.")),
            ],
            submit: model ? "Save" : "Create",
            save: async (values) => {
                const { name, description } = values;
                const body = { name, description, targets: targets.values, ...accountOf(values) };
                if (model) await api.patch(`/virtual-models/${model.id}`, body, model);
                else await api.post("/virtual-models", body);
            },
        });
        if (isSaved) {
            toast("Saved: it holds from the next request on.");
            changed();
            await show();
        }
    }

    async function remove(model) {
        const isDone = await confirm({
            title: `Delete “${model.name}”?`,
            message: "Requests for this name are refused from now on.",
            submit: "Delete",
            act: () => api.delete(`/virtual-models/${model.id}`),
        });
        if (!isDone) return;
        changed();
        await show();
    }

    show();
    return place;
}
