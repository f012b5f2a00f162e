/** The stream of finished requests: it is opened again whenever it ends, after a growing pause. */

import { words } from "../api.js";

/** In milliseconds: the first pause between two tries, and the longest. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;
/** The gateway gives a sign of life every 15 seconds: after this long nobody is there any more. */
const SILENCE = 45_000;

/**
 * Listens until the page is left.
 *
 * @param {import("../api.js").Api} api
 * @param {AbortSignal} signal
 * @param {Object} told
 * @param {() => void} told.watching it begins
 * @param {(line: Object) => void} told.request a line of the access log
 * @param {(count: number) => void} told.lost more came than could be sent
 * @param {(why: string, seconds: number) => void} told.waiting it ended and is opened again then
 * @param {(error: Error) => void} told.refused it is not opened again
 */
export async function listen(api, signal, told) {
    let pause = FIRST_PAUSE;
    while (!signal.aborted) {
        let why = "The gateway has ended the stream.";
        try {
            for await (const { event, value } of attentive(api, signal)) {
                if (event === "watching") {
                    pause = FIRST_PAUSE;
                    told.watching();
                } else if (event === "request") told.request(value);
                else if (event === "lost") told.lost(value.count);
            }
        } catch (error) {
            if (signal.aborted) return;
            if (error.status >= 400 && error.status < 500 && error.status !== 429) {
                told.refused(error);
                return;
            }
            why = error.name === "AbortError" ? "Nothing was heard for a while." : words(error);
        }
        told.waiting(why, pause / 1000);
        await passed(pause, signal);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
}

/** The events, as long as signs of life come. */
async function* attentive(api, signal) {
    const silence = new AbortController();
    let timer;
    const heard = () => {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE);
    };
    heard();
    try {
        yield* api.events("/events", { signal: AbortSignal.any([signal, silence.signal]), heard });
    } finally {
        clearTimeout(timer);
    }
}

function passed(milliseconds, signal) {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal.addEventListener("abort", () => {
            clearTimeout(timer);
            resolve();
        }, { once: true });
    });
}
