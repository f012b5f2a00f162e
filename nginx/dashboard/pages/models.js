/** What may be asked for and what it costs, and the account's virtual models. */

import { nameButton } from "../components/button.js";
import { empty } from "../components/empty.js";
import { load } from "../components/load.js";
import { showModel } from "../components/model-dialog.js";
import { lowestPrice, priceText } from "../components/prices.js";
import { searchBox } from "../components/search.js";
import { badge, twoLines } from "../components/text.js";
import { virtualModels } from "../components/virtual-models.js";
import { VirtualTable } from "../components/virtual-table.js";
import { el, replace } from "../dom.js";
import { plural, shortCount } from "../format.js";
import { address } from "../router.js";

export default function models({ session, query, signal }) {
    const place = el("div", { class: "fill" });
    const status = el("p", { class: "list-status", role: "status" });
    const list = new VirtualTable("Models", COLUMNS);
    let all = [];
    let wanted = (query.get("search") ?? "").toLowerCase();

    function show() {
        const found = all.filter((model) => matches(model, wanted));
        list.show(found);
        replace(status, wanted ? `${plural(found.length, "model")} with “${wanted}”`
            : plural(all.length, "model"));
    }

    const read = () => load(place, signal, () => session.api.get("/models", { signal }), ({ data }) => {
        all = data;
        if (all.length === 0) {
            return empty("cube", "No model is offered",
                "Models come with providers: add one of your own, or have the operator name some in "
                + "gateway.yaml.",
                el("a", { class: "button primary", href: address("providers") }, "Providers"));
        }
        return list.element;
    });
    const start = async () => {
        await read();
        if (!signal.aborted && all.length > 0) show();
    };
    start();
    return {
        intro: "Prices are dollars for a million tokens, at the cheapest provider.",
        body: el("div", { class: "fill" },
            el("div", { class: "toolbar" },
                searchBox("Search models, authors, providers", (text) => {
                    wanted = text.toLowerCase();
                    if (all.length > 0) show();
                }, wanted),
                status),
            place,
            el("div", { class: "below" },
                virtualModels(session, signal, () => all.map(({ id }) => id), start))),
    };
}

const matches = (model, wanted) => wanted === "" || [
    model.id, model.name, model.author,
    ...model.providers.flatMap(({ id, display_name: name, model_id: modelId }) => [
        id, name, `${id}:${modelId}`,
    ]),
].some((text) => text?.toLowerCase().includes(wanted));

function context(model) {
    const most = Math.max(0, ...model.providers.map((provider) => provider.context_length ?? 0));
    return most > 0 ? shortCount(most) : "–";
}

/** Who serves a virtual model, the first one first. */
const targets = (model) => model.providers.map(({ id, model_id: name }) => `${id}:${name}`).join(", ");

const COLUMNS = [
    {
        title: "Model",
        cell: (model) => twoLines([
            nameButton(model.name, () => showModel(model)),
            model.deprecated && [" ", badge("deprecated", "warn")],
        ], model.virtual ? targets(model) : model.id),
    },
    {
        title: "Providers", isMinor: true, width: "24%",
        cell: (model) => (model.virtual ? badge("virtual", "accent") : el("span", { class: "tags" },
            model.providers.slice(0, 2).map(({ id }) => badge(id)),
            model.providers.length > 2 && badge(`+${model.providers.length - 2}`))),
    },
    { title: "Context", isNumber: true, isMinor: true, width: "96px", cell: context },
    {
        title: "Input", isNumber: true, width: "84px",
        cell: (model) => priceText(lowestPrice(model, "text.input")),
    },
    {
        title: "Output", isNumber: true, width: "84px",
        cell: (model) => priceText(lowestPrice(model, "text.output")),
    },
];
