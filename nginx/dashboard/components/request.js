/** A request that has ended: its state in a word, and all its attempts in a dialog. */

import { el } from "../dom.js";
import { count, dollars, milliseconds, moment } from "../format.js";
import { openDialog } from "./dialog.js";
import { load } from "./load.js";
import { badge, facts, mono } from "./text.js";

/** How an attempt ended. */
export function statusBadge(event) {
    if (event.timedOut) return badge("timed out", "bad");
    if (event.isError) return badge(event.statusCode ? String(event.statusCode) : "failed", "bad");
    return badge(String(event.statusCode ?? "done"), "good");
}

/** Shows what was tried for a request, in which order, and what came of it. */
export function requestDialog(api, requestId) {
    const closing = new AbortController();
    const body = el("div");
    openDialog({
        title: "Request", body, isWide: true, closed: () => closing.abort(),
    });
    load(body, closing.signal,
        () => api.get(`/usage/requests/${encodeURIComponent(requestId)}`, { signal: closing.signal }),
        (request) => [
            el("p", { class: "dialog-intro mono" }, request.requestId),
            el("ol", { class: "attempts" }, request.attempts.map((attempt) => shown(attempt))),
        ]);
}

function shown({ event, served, retryAction, requestDurationMs, upstreamDurationMs, timeToFirstTokenMs }) {
    return el("li", { class: "attempt" },
        el("div", { class: "attempt-head" },
            el("strong", {}, `${event.providerDisplayName ?? event.provider} · `
                + `${event.modelDisplayName ?? event.model}`),
            statusBadge(event),
            served && badge("served", "accent"),
            retryAction && badge(retryAction)),
        facts([
            ["When", moment(event.eventTime)],
            ["Took", took(upstreamDurationMs)],
            ["First token", took(timeToFirstTokenMs)],
            ["Whole request", took(requestDurationMs)],
            ["Tokens in", tokens(event.inputTokens, event)],
            ["Tokens out", tokens(event.outputTokens, event)],
            ["From the cache", event.cacheReadTokens ? count(event.cacheReadTokens) : null],
            ["Reasoning", event.reasoningTokens ? count(event.reasoningTokens) : null],
            ["Cost", dollars(event.totalCost)],
            ["Paid by", event.keySource === "user"
                ? `own key ${event.providerKeyDisplayName ?? event.providerKeyId ?? ""}`
                : "managed key"],
            ["Access key", mono(event.accessKeyId)],
            ["Virtual model", event.virtualModel],
            ["Stopped", event.stopReason],
        ]));
}

const took = (time) => (time === null || time === undefined ? null : milliseconds(time));

function tokens(number, event) {
    if (number === null || number === undefined) return null;
    return count(number) + (event.usageEstimated ? " (estimated)" : "");
}
