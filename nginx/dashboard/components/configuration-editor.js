/** The form of a configuration: allow lists, and the rules of its router. */

import { el, replace } from "../dom.js";
import { accountOf } from "./account.js";
import { budgetFields, budgetOf } from "./budget.js";
import { chips } from "./chips.js";
import { field, fieldset, formDialog, segmented, text } from "./form.js";
import { icon } from "./icons.js";

const STRATEGIES = [
    ["ordered", "in this order"], ["round_robin", "each in turn"],
    ["least_used", "the least used first"], ["random", "any"],
];

/**
 * Opens the form.
 *
 * @param {import("../api.js").Api} api
 * @param {Object|null} configuration what is changed; null for a new one
 * @param {Object[]} keys the account's provider keys
 * @param {string[]} providers names to suggest
 * @param {HTMLElement|null} account the field of the account that a new one is for
 * @returns {Promise<boolean>} whether it was saved
 */
export function editConfiguration(api, configuration, keys, providers, account) {
    const allowProviders = allowList("Providers", "provider", configuration?.access?.providers,
        providers, "openai");
    const allowModels = allowList("Models", "model", configuration?.access?.models, [],
        "openai/gpt-5-mini, anthropic/*");
    const rules = new RulesEditor(configuration?.router?.rules ?? [], keys, providers);
    return formDialog({
        title: configuration ? `Edit “${configuration.name}”` : "Create a configuration",
        isWide: true,
        fields: [
            field("Name", text("name", configuration?.name, { maxlength: 255, required: true })),
            account,
            field("Description", text("description", configuration?.description, { maxlength: 255 }),
                { optional: true }),
            fieldset("What its keys may reach", allowProviders.element, allowModels.element),
            fieldset("Router: by which keys a provider is called", rules.element),
            budgetFields(configuration?.budget),
        ],
        submit: configuration ? "Save" : "Create",
        save: async (values) => {
            const access = {
                ...(allowProviders.allow && { providers: { allow: allowProviders.allow } }),
                ...(allowModels.allow && { models: { allow: allowModels.allow } }),
            };
            const list = rules.value;
            const body = {
                name: values.name,
                description: values.description,
                access: Object.keys(access).length > 0 ? access : null,
                router: list.length > 0 ? { rules: list } : null,
                budget: budgetOf(values),
            };
            if (configuration) {
                await api.patch(`/access-key-configurations/${configuration.id}`, body, configuration);
                return;
            }
            await api.post("/access-key-configurations", Object.fromEntries(
                Object.entries({ ...body, ...accountOf(values) }).filter(([, value]) => value !== null)));
        },
    });
}

/** All, or only those of a list. */
function allowList(title, noun, current, suggestions, placeholder) {
    const list = chips(title, current?.allow ?? [], suggestions, placeholder);
    let isLimited = Boolean(current);
    const draw = () => {
        list.element.hidden = !isLimited;
        hint.hidden = !isLimited;
    };
    const hint = el("p", { class: "hint" },
        `Enter adds one. An entry that ends in * stands for all that begin like it; an empty list allows no ${noun}.`);
    draw();
    return {
        element: el("div", { class: "field" },
            el("div", { class: "field-head" }, el("span", { class: "label" }, title),
                segmented(title, noun, isLimited ? "some" : "all",
                    [["all", "All"], ["some", "Only these"]], (choice) => {
                        isLimited = choice === "some";
                        draw();
                    })),
            list.element, hint),
        get allow() {
            return isLimited ? list.values : null;
        },
    };
}

/** The rules, each with the steps that are tried one after the other. */
class RulesEditor {
    #rules;
    #keys;
    #providers;

    constructor(rules, keys, providers) {
        this.#rules = structuredClone(rules);
        this.#keys = keys;
        this.#providers = providers;
        this.element = el("div", { class: "rules" });
        this.#draw();
    }

    /** What the API is told: keys by id alone. */
    get value() {
        return this.#rules.map(({ provider, model, steps }) => ({
            ...(provider ? { provider } : {}),
            ...(model ? { model } : {}),
            steps: steps.map((step) => (step.type === "user" ? {
                type: "user", keySelectionStrategy: step.keySelectionStrategy ?? "ordered",
                keys: step.keys.map(({ id }) => ({ id })),
            } : { type: "managed" })),
        }));
    }

    #draw() {
        replace(this.element,
            this.#rules.length === 0 && el("p", { class: "hint" },
                "No rule: the account's own provider keys are used, in the order of their creation; "
                + "where it has none, the operator's managed keys."),
            this.#rules.map((rule, index) => this.#rule(rule, index)),
            this.#small("Add a rule", "plus", () => this.#rules.push({
                provider: "", steps: [{ type: "managed" }],
            })));
    }

    #rule(rule, index) {
        const set = (name) => (event) => {
            rule[name] = event.target.value.trim();
        };
        const names = [...new Set([...this.#providers, rule.provider].filter(Boolean))];
        return el("div", { class: "rule", role: "group", "aria-label": `Rule ${index + 1}` },
            el("div", { class: "inline-fields" },
                el("select", {
                    "aria-label": "Provider", value: rule.provider ?? "",
                    on: {
                        change: (event) => {
                            set("provider")(event);
                            this.#draw();
                        },
                    },
                }, [["", "any provider"], ...names.map((name) => [name, name])]
                    .map(([value, title]) => el("option", { value }, title))),
                el("input", {
                    type: "text", value: rule.model ?? "", "aria-label": "Model", spellcheck: "false",
                    placeholder: "all its models, or provider:model", on: { change: set("model") },
                }),
                this.#remove("Remove this rule", this.#rules, index)),
            el("ol", { class: "steps-editor" },
                rule.steps.map((step, at) => el("li", {}, this.#step(rule, step, at)))),
            el("div", { class: "row" },
                this.#small("Then own keys", "plus", () => rule.steps.push({
                    type: "user", keySelectionStrategy: "ordered", keys: [],
                })),
                this.#small("Then managed keys", "plus", () => rule.steps.push({ type: "managed" }))));
    }

    #step(rule, step, index) {
        if (step.type !== "user") {
            return el("div", { class: "step-head" }, el("span", {}, "Managed keys of the operator"),
                this.#remove("Remove this step", rule.steps, index));
        }
        const owner = rule.provider || (rule.model ?? "").split(":")[0];
        const choice = this.#keys.filter(({ id, providerId }) => (
            (!owner || providerId === owner) && !step.keys.some((used) => used.id === id)));
        return [
            el("div", { class: "step-head" },
                el("span", {}, "Own keys"),
                el("select", {
                    "aria-label": "Which of them first", value: step.keySelectionStrategy ?? "ordered",
                    on: {
                        change: (event) => {
                            step.keySelectionStrategy = event.target.value;
                        },
                    },
                }, STRATEGIES.map(([value, title]) => el("option", { value }, title))),
                this.#remove("Remove this step", rule.steps, index)),
            el("ul", { class: "plain key-choice" }, step.keys.map((key, at) => el("li", {},
                el("span", {}, key.name ?? this.#keys.find(({ id }) => id === key.id)?.name ?? key.id),
                el("code", {}, key.keyRedacted ?? this.#keys.find(({ id }) => id === key.id)?.keyRedacted ?? ""),
                at > 0 && this.#icon("Up", "arrowUp", () => {
                    [step.keys[at - 1], step.keys[at]] = [step.keys[at], step.keys[at - 1]];
                }),
                this.#remove(`Remove ${key.name ?? key.id}`, step.keys, at)))),
            choice.length > 0
                ? el("select", {
                    "aria-label": "Add a key", value: "",
                    on: {
                        change: (event) => {
                            step.keys.push(this.#keys.find(({ id }) => id === event.target.value));
                            this.#draw();
                        },
                    },
                }, el("option", { value: "" }, "Add a key…"),
                choice.map((key) => el("option", { value: key.id },
                    `${key.name} · ${key.providerId} · ${key.keyRedacted}`)))
                : step.keys.length === 0 && el("p", { class: "hint" },
                    "There is no provider key for it yet: add one under Providers."),
        ];
    }

    #small(title, picture, act) {
        return el("button", {
            class: "button small", type: "button", on: { click: () => this.#change(act) },
        }, icon(picture), title);
    }

    #icon(label, picture, act) {
        return el("button", {
            class: "button ghost square small", type: "button", "aria-label": label, title: label,
            on: { click: () => this.#change(act) },
        }, icon(picture));
    }

    #remove(label, list, index) {
        return this.#icon(label, "cross", () => list.splice(index, 1));
    }

    #change(act) {
        act();
        this.#draw();
    }
}
