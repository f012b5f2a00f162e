/** Who changed what, when. */

import { button } from "../components/button.js";
import { empty } from "../components/empty.js";
import { load } from "../components/load.js";
import { table } from "../components/table.js";
import { badge, mono, twoLines } from "../components/text.js";
import { el, replace } from "../dom.js";
import { clock, date } from "../format.js";

const ACTIONS = { create: "good", delete: "bad", rotate: "accent" };

export default function audit({ session, signal }) {
    const place = el("div");
    const foot = el("div", { class: "more-row" });
    const entries = [];
    let last = null;
    let names = null;

    const read = async () => {
        names ??= await keyNames(session.api, signal);
        return last ? session.api.next(last, { signal })
            : session.api.get("/audit", { query: { limit: 50 }, signal });
    };
    const more = () => load(place, signal, read, (page) => {
        last = page;
        entries.push(...page.entries);
        replace(foot, page.nextPageUri && button("Show older ones", more));
        if (entries.length === 0) {
            return empty("list", "Nothing was changed yet",
                "Every change of a key, a configuration or a setting is written here, whoever made it.");
        }
        return table("Changes", columns(names), entries);
    });
    more();
    return {
        intro: "Who changed what, when. Nothing is ever taken out of it.",
        body: [place, foot],
    };
}

/** What people call the management keys that are still there. */
async function keyNames(api, signal) {
    const keys = await api.all("/api-keys", "aiGatewayApiKeys", { signal });
    return new Map(keys.map(({ id, name }) => [id, name]));
}

function columns(names) {
    return [
        {
            title: "When", isTight: true,
            cell: (entry) => twoLines(date(entry.time), clock(entry.time)),
        },
        {
            title: "Who", isMinor: true, isTight: true,
            cell: (entry) => twoLines(names.get(entry.author) || mono(entry.author), entry.role),
        },
        { title: "Did", cell: (entry) => badge(entry.action, ACTIONS[entry.action] ?? "quiet") },
        { title: "What", cell: (entry) => twoLines(entry.resourceType, mono(entry.resourceId)) },
        {
            title: "Fields", isMinor: true,
            cell: (entry) => el("span", { class: "tags" },
                entry.fields.map((name) => el("code", {}, name))),
        },
        { title: "From", isExtra: true, cell: (entry) => entry.address ?? "command line" },
    ];
}
