/** Configurations: what the keys under them may reach, and by which provider keys. */

import { accountField, named } from "../components/account.js";
import { budgetText } from "../components/budget.js";
import { button } from "../components/button.js";
import { editConfiguration } from "../components/configuration-editor.js";
import { empty } from "../components/empty.js";
import { confirm } from "../components/form.js";
import { load } from "../components/load.js";
import { ago, badge, mono } from "../components/text.js";
import { toast } from "../components/toast.js";
import { providerNames } from "../components/vocabulary.js";
import { el } from "../dom.js";
import { plural } from "../format.js";

export default function configurations({ session, signal }) {
    const { api, canWrite } = session;
    const body = el("div");
    const show = () => load(body, signal,
        () => api.all("/access-key-configurations", "aiGatewayAccessKeyConfigurations", { signal }), list);

    async function edit(listed) {
        const [configuration, keys, names] = await Promise.all([
            listed && api.get(`/access-key-configurations/${listed.id}`),
            api.all("/provider-keys", "aiGatewayProviderKeys"), providerNames(api),
        ]);
        const account = listed ? null : await accountField(session);
        if (await editConfiguration(api, configuration, keys, names, account)) {
            toast(listed ? "Saved: it holds from the next request on." : "Created.");
            await show();
        }
    }

    async function remove(configuration) {
        const isDone = await confirm({
            title: `Delete “${configuration.name}”?`,
            message: "It is only deleted while no access key is under it: "
                + "move those to another one first.",
            submit: "Delete",
            act: () => api.delete(`/access-key-configurations/${configuration.id}`),
        });
        if (isDone) await show();
    }

    const create = () => button("Create configuration", () => edit(null),
        { kind: "primary", icon: "plus" });

    function list(items) {
        if (items.length === 0) {
            return empty("sliders", "No configuration yet",
                "A key without one may reach every provider and model. A configuration says which "
                + "ones are allowed, which provider keys pay, and how much may be spent.",
                canWrite && create());
        }
        return el("div", { class: "cards" }, items.map(shown));
    }

    function shown(configuration) {
        const { access, router, accessKeyCount } = configuration;
        return el("article", { class: "card", "aria-label": configuration.name },
            el("header", { class: "card-head" },
                el("div", {}, el("h2", { class: "card-title" }, named(session, configuration, configuration.name)),
                    el("p", { class: "quiet" }, configuration.description || mono(configuration.id))),
                badge(plural(accessKeyCount ?? 0, "key"), accessKeyCount ? "accent" : "quiet")),
            el("dl", { class: "lines" },
                line("Providers", allowed(access?.providers)),
                line("Models", allowed(access?.models)),
                line("Router", rules(router)),
                configuration.budget && line("Budget", budgetText(configuration.budget))),
            el("footer", { class: "card-foot" },
                el("span", { class: "faint" }, "changed ", ago(configuration.updatedAt)),
                el("span", { class: "spacer" }),
                canWrite && [
                    button("Delete", () => remove(configuration),
                        { kind: "ghost small", label: `Delete ${configuration.name}` }),
                    button("Edit", () => edit(configuration),
                        { kind: "small", label: `Edit ${configuration.name}` }),
                ]));
    }

    show();
    return {
        intro: "What keys may reach, which provider keys pay for it, and how much.",
        actions: canWrite ? [create()] : [],
        body,
    };
}

const line = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));

function allowed(list) {
    if (!list) return "all";
    if (list.allow.length === 0) return badge("none", "bad");
    return el("span", { class: "tags" }, list.allow.slice(0, 6).map((entry) => el("code", {}, entry)),
        list.allow.length > 6 && ` and ${list.allow.length - 6} more`);
}

function rules(router) {
    const list = router?.rules ?? [];
    if (list.length === 0) return "the account's keys, else managed ones";
    return el("ul", { class: "plain" }, list.map((rule) => el("li", {},
        el("code", {}, rule.model ?? rule.provider), " → ", rule.steps.map(stepText).join(", then "))));
}

function stepText(step) {
    if (step.type === "managed") return "managed keys";
    return step.keys.map(({ id, name }) => name ?? id).join(", ");
}
