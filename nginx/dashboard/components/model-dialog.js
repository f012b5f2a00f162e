/** A model: what it takes and gives, who offers it, and at which prices. */

import { el } from "../dom.js";
import { date, shortCount } from "../format.js";
import { address } from "../router.js";
import { openDialog } from "./dialog.js";
import { otherPrices, priceText, toolPrices, usualPrice } from "./prices.js";
import { table } from "./table.js";
import { badge, facts, mono, twoLines } from "./text.js";

/** Shows all that is known of a model. */
export function showModel(model) {
    openDialog({
        title: model.name,
        isWide: true,
        body: [
            facts([
                ["Model", mono(model.id)],
                ["Description", model.description],
                ["Takes", model.architecture.input_modalities.join(", ")],
                ["Gives", model.architecture.output_modalities.join(", ")],
                ["Able to", model.supported_features?.join(", ")],
                ["Released", model.released && date(model.released)],
                ["Deprecated", model.deprecated && `since ${date(model.deprecated)}`],
                ["Retires", model.retired && date(model.retired)],
            ]),
            el("h3", {}, model.providers.length === 0 ? "No provider offers it" : "Providers"),
            model.providers.length > 0 && [
                table(`Providers of ${model.id}`, COLUMNS, model.providers),
                el("p", { class: "hint" }, `Dollars for a million tokens${asOf(model)}.`),
            ],
            model.providers.map((provider) => {
                const lines = [...otherPrices(provider), ...toolPrices(provider)];
                return lines.length > 0 && [
                    el("h3", {}, `Other prices at ${provider.display_name}`), facts(lines),
                ];
            }),
            el("div", { class: "dialog-actions" }, el("a", {
                class: "button primary", href: address("playground", { model: model.id }),
                on: { click: (event) => event.target.closest("dialog").close() },
            }, "Try it in the playground")),
        ],
    });
}

/** When somebody last looked at the prices. */
function asOf({ providers }) {
    const days = providers.map(({ pricing }) => pricing?.as_of).filter(Boolean).sort();
    return days.length > 0 ? `, as of ${date(days[0])}` : "";
}

const size = (tokens) => (tokens ? shortCount(tokens) : "–");
const COLUMNS = [
    {
        title: "Provider",
        cell: (one) => twoLines([one.display_name, one.status !== "active" && [" ", badge(one.status, "warn")]],
            mono(`${one.id}:${one.model_id}`)),
    },
    { title: "Context", isNumber: true, isMinor: true, cell: (one) => size(one.context_length) },
    { title: "Most output", isNumber: true, isMinor: true, cell: (one) => size(one.max_completion_tokens) },
    { title: "Input", isNumber: true, cell: (one) => priceText(usualPrice(one, "text.input")) },
    { title: "Output", isNumber: true, cell: (one) => priceText(usualPrice(one, "text.output")) },
    {
        title: "Cache read", isNumber: true, isMinor: true,
        cell: (one) => priceText(usualPrice(one, "text.input_cache_read")),
    },
];
