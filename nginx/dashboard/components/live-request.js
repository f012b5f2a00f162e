/** A request as the live log tells of it: a line of the access log. */

import { el } from "../dom.js";
import { count, dollars, milliseconds, moment } from "../format.js";
import { openDialog } from "./dialog.js";
import { badge, facts, mono } from "./text.js";

/** Whether the client saw an error, or an answer that broke off. */
export const isFailure = (line) => line.status >= 400 || line.outcome === "cut";

/** What answered, or what was asked for. */
export const modelOf = (line) => line.model ?? line.model_asked ?? (line.endpoint || "an unknown path");

/** How it ended, in a word. */
export function outcomeBadge(line) {
    if (line.outcome === "cut") return badge("cut off", "bad");
    if (line.outcome === "client_closed") return badge("left", "warn");
    return badge(String(line.status), isFailure(line) ? "bad" : "good");
}

/** How long it took. */
export const tookOf = (line) => milliseconds(line.duration_us / 1000);

/** Tokens in and out. */
export function tokensOf({ tokens }) {
    if (!tokens) return "–";
    return `${count(tokens.input + tokens.cache_read + tokens.cache_write)} → ${count(tokens.output)}`;
}

/** What a filter looks at. */
export const searchable = (line) => [
    line.model, line.model_asked, line.key_name, line.key_id, line.request_id, line.error, line.gateway,
    ...line.attempts.map(({ model }) => model),
].filter(Boolean).join("\n").toLowerCase();

const OUTCOMES = {
    served: "a provider answered", refused: "refused by the gateway", cut: "the answer broke off",
    handed_over: "handed over to nginx", client_closed: "the client left",
};

/** Shows all of it. */
export function showLiveRequest(line) {
    openDialog({
        title: modelOf(line),
        isWide: true,
        body: [
            facts([
                ["Ended", moment(line.time)],
                ["Status", el("span", {}, outcomeBadge(line), " ", OUTCOMES[line.outcome] ?? line.outcome)],
                ["Error", line.error && mono(line.error)],
                ["Asked for", line.model_asked && mono(line.model_asked)],
                ["Access key", line.key_id
                    && el("span", {}, line.key_name || "without a name", " ", mono(line.key_id))],
                ["Account", line.account],
                ["Gateway", [line.gateway, line.endpoint].filter(Boolean).join(" · ")],
                ["Took", tookOf(line)],
                ["First token", line.first_token_us && milliseconds(line.first_token_us / 1000)],
                ["Tokens", tokensOf(line)],
                ["Cost", line.unpriced ? "without a price" : line.cost && dollars(line.cost)],
                ["Request", mono(line.request_id)],
            ]),
            el("h3", {}, line.attempts.length === 0 ? "No provider was asked" : "Attempts"),
            line.attempts.length > 0
                && el("ol", { class: "attempts" }, line.attempts.map(attempt)),
        ],
    });
}

const KEYS = { user: "own key", managed: "managed key", none: "no key" };

function attempt({ model, result, duration_us: duration, key_source: source, message }) {
    return el("li", { class: "attempt" },
        el("div", { class: "attempt-head" },
            el("strong", {}, model), badge(result, result.startsWith("2") ? "good" : "bad"),
            el("span", { class: "faint" }, `${milliseconds(duration / 1000)}, ${KEYS[source] ?? source}`)),
        message && el("p", { class: "quiet" }, message));
}
