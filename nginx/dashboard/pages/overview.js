/** What the gateway did: requests, errors, cost, tokens and latency over time. */

import { chart } from "../charts/chart.js";
import { nameButton } from "../components/button.js";
import { empty } from "../components/empty.js";
import { segmented } from "../components/form.js";
import { load } from "../components/load.js";
import { requestDialog, statusBadge } from "../components/request.js";
import { table } from "../components/table.js";
import { ago, card, mono, twoLines } from "../components/text.js";
import { el } from "../dom.js";
import {
    clock, count, day, dollarMark, dollars, milliseconds, moment, share, shortCount,
} from "../format.js";
import { address } from "../router.js";

const DAY = 86_400_000;
const PERIODS = [[7, "7 days"], [30, "30 days"], [90, "90 days"]];
const GROUPS = [["provider", "Cost by provider"], ["accessKey", "by key"]];
/** Groups with a tone of their own; the rest is one. */
const TONES = 5;

export default function overview({ session, signal }) {
    const choice = { days: 30, groupBy: "provider" };
    const body = el("div");
    const show = () => load(body, signal, () => read(session.api, choice, signal),
        (data) => content(data, choice, session));
    show();
    return {
        intro: "Finished requests of the gateway, in days of UTC.",
        actions: [
            segmented("Cost", "group", choice.groupBy, GROUPS, (groupBy) => {
                choice.groupBy = groupBy;
                show();
            }),
            segmented("Period", "period", choice.days, PERIODS, (days) => {
                choice.days = days;
                show();
            }),
        ],
        body,
    };
}

async function read(api, { days, groupBy }, signal) {
    const today = Math.floor(Date.now() / DAY) * DAY;
    const dates = Array.from({ length: days }, (_, index) => today - (days - 1 - index) * DAY);
    const startTime = new Date(dates[0]).toISOString();
    const [overview, recent, keys] = await Promise.all([
        api.get("/usage/overview", { query: { startTime, groupBy }, signal }),
        api.get("/usage", { query: { startTime, limit: 100 }, signal }),
        names(api, signal),
    ]);
    return { dates, overview, recent: recent.events, keys };
}

/** The names of the keys that fit one page: for the rest their ids must do. */
async function names(api, signal) {
    const { aiGatewayAccessKeys: accessKeys } = await api.get("/access-keys", { signal });
    return new Map(accessKeys.map((key) => [key.id, key.name || key.id]));
}

function content({ dates, overview, recent, keys }, { groupBy }, session) {
    const { totals } = overview;
    if (totals.requests === 0 && recent.length === 0) return welcome();
    return [tiles(totals, recent), charts(dates, overview, recent, groupBy, keys), failures(recent, keys, session)];
}

/** Nothing was asked yet: the way to a first request. */
function welcome() {
    const step = (path, title, text) => el("li", {},
        el("a", { href: address(path) }, title), el("p", {}, text));
    return empty("chart", "No request has come yet",
        "Three steps lead to the first one; then this page shows what was asked and what it cost.",
        el("ol", { class: "steps" },
            step("providers", "Add a provider key", "Or let the operator's keys serve, paid by credits."),
            step("keys", "Create an access key", "It is what an application sends, with snippets to copy."),
            step("playground", "Try it", "Ask up to three models at once in the playground.")));
}

function tiles(totals, recent) {
    const ok = recent.filter((event) => !event.isError);
    const tokens = recent.reduce(
        (sum, event) => sum + (event.inputTokens ?? 0) + (event.outputTokens ?? 0), 0);
    const tile = (name, value, note) => el("div", { class: "tile" },
        el("dt", {}, name),
        el("dd", {}, el("span", { class: "tile-value" }, value), el("span", { class: "tile-note" }, note)));
    return el("dl", { class: "tiles" },
        tile("Requests", count(totals.requests), `${count(totals.errors)} failed`),
        tile("Error rate", share(totals.errors, totals.requests), "of finished requests"),
        tile("Cost", dollars(totals.cost), totals.requests > 0
            ? `${dollars(Number(totals.cost) / totals.requests)} a request` : ""),
        tile("Tokens", shortCount(tokens), ofRecent(recent)),
        ok.some(isTimed) && tile("Median time", milliseconds(quantile(ok, 0.5)),
            `95 of 100 under ${milliseconds(quantile(ok, 0.95))}`));
}

function charts(dates, { buckets, totals }, recent, groupBy, keys) {
    const labels = dates.map((date) => ({ short: day(date), long: `${day(date)} (UTC)` }));
    const place = new Map(dates.map((date, index) => [date, index]));
    const at = (bucket) => place.get(Date.parse(bucket.bucketStart));
    const none = () => dates.map(() => 0);
    const [good, bad] = [none(), none()];
    const costs = new Map();
    for (const bucket of buckets) {
        const index = at(bucket);
        if (index === undefined) continue;
        good[index] += bucket.requests - bucket.errors;
        bad[index] += bucket.errors;
        if (!costs.has(bucket.groupKey)) costs.set(bucket.groupKey, none());
        costs.get(bucket.groupKey)[index] += Number(bucket.cost);
    }
    return el("div", { class: "chart-grid" },
        chart({
            title: "Requests", unit: "Requests a day", total: count(totals.requests), labels,
            each: "Day", kind: "bars", isWhole: true, format: shortCount,
            series: [
                { name: "Served", values: good, tone: "1" },
                { name: "Failed", values: bad, tone: "bad" },
            ],
        }),
        chart({
            title: "Cost", unit: "Dollars a day", total: dollars(totals.cost), labels, each: "Day",
            kind: "bars", format: dollars, mark: dollarMark,
            nothing: "Nothing was spent on these days.",
            series: grouped(costs, (name) => keys.get(name) ?? name),
        }),
        recentCharts(recent));
}

/** The costliest groups, each with its tone, and the rest as one. */
function grouped(values, title) {
    const sum = (list) => list.reduce((total, value) => total + value, 0);
    const ordered = [...values].sort((one, other) => sum(other[1]) - sum(one[1]));
    const series = ordered.slice(0, TONES).map(([name, values], index) => ({
        name: title(name), values, tone: String(index + 1),
    }));
    const rest = ordered.slice(TONES).map(([, values]) => values);
    if (rest.length > 0) {
        series.push({
            name: `${rest.length} more`, tone: "rest",
            values: rest[0].map((_, index) => sum(rest.map((values) => values[index]))),
        });
    }
    return series.length > 0 ? series : [{ name: "Cost", values: [], tone: "1" }];
}

function recentCharts(recent) {
    if (recent.length === 0) return [];
    const events = recent.toReversed();
    const labels = events.map((event) => ({
        short: clock(event.eventTime).slice(0, 5),
        long: `${moment(event.eventTime)}, ${event.model}`,
    }));
    return [
        chart({
            title: "Tokens", unit: "Tokens a request", total: ofRecent(recent), labels,
            each: "Request", kind: "bars", isWhole: true, format: shortCount,
            nothing: "None of them had tokens.",
            series: [
                { name: "Input", values: events.map((event) => event.inputTokens ?? 0), tone: "1" },
                { name: "Output", values: events.map((event) => event.outputTokens ?? 0), tone: "3" },
            ],
        }),
        events.some(isTimed) && chart({
            title: "Latency", unit: "Milliseconds a request", total: ofRecent(recent), labels,
            each: "Request", kind: "lines", isWhole: true, format: milliseconds,
            series: [
                { name: "Whole answer", values: events.map(durationOf), tone: "1" },
                {
                    name: "First token", tone: "2",
                    values: events.map((event) => event.timeToFirstTokenMs ?? null),
                },
            ],
        }),
    ];
}

const ofRecent = (recent) => (recent.length === 1 ? "the last request"
    : `the last ${recent.length} requests`);

/** Whether somebody measured how long it took. */
const isTimed = (event) => durationOf(event) !== null;

const durationOf = (event) => event.requestDurationMs ?? event.upstreamDurationMs ?? null;

function quantile(events, part) {
    const sorted = events.map(durationOf).filter((value) => value !== null)
        .sort((one, other) => one - other);
    return sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

function failures(recent, keys, session) {
    const failed = recent.filter((event) => event.isError).slice(0, 8);
    return card("Recent failures", failed.length === 0
        ? el("p", { class: "quiet" }, `None in ${ofRecent(recent)}.`)
        : table("Recent failures", [
            {
                title: "Model",
                cell: (event) => twoLines(
                    nameButton(event.model, () => requestDialog(session.api, event.requestId)),
                    event.provider),
            },
            { title: "Status", cell: statusBadge },
            { title: "Access key", cell: (event) => keys.get(event.accessKeyId) ?? mono(event.accessKeyId), isMinor: true },
            { title: "When", cell: (event) => ago(event.eventTime) },
        ], failed));
}
