/** A model of the playground: its conversation, and how quickly it answers. */

import { ApiError, refusal, words } from "../api.js";
import { el, replace } from "../dom.js";
import { count, milliseconds } from "../format.js";
import { events } from "../sse.js";
import { icon } from "./icons.js";

export class Contestant {
    #messages = [];
    #asking = null;
    #log = el("div", { class: "conversation", tabindex: "0", role: "log", "aria-live": "off" });
    #figures = el("p", { class: "figures", "aria-live": "polite" });
    #removeButton;

    /**
     * @param {string} model
     * @param {string} list the id of the list of suggestions
     * @param {() => void} remove
     */
    constructor(model, list, remove) {
        this.input = el("input", {
            type: "text", value: model, list, placeholder: "openai/gpt-5-mini", "aria-label": "Model",
            autocomplete: "off", spellcheck: "false", class: "mono",
        });
        this.#removeButton = el("button", {
            class: "button ghost square", type: "button", "aria-label": "Remove this model",
            on: { click: remove },
        }, icon("cross"));
        this.#log.setAttribute("aria-label", "Conversation");
        this.element = el("section", { class: "card contestant" },
            el("header", { class: "contestant-head" }, this.input, this.#removeButton),
            this.#log, this.#figures);
        this.clear();
    }

    get model() {
        return this.input.value.trim();
    }

    set canBeRemoved(can) {
        this.#removeButton.hidden = !can;
    }

    /** Forgets the conversation. */
    clear() {
        this.stop();
        this.#messages = [];
        replace(this.#log, el("p", { class: "quiet" }, "The answer streams in here."));
        replace(this.#figures);
    }

    /** Hangs up: what was not sent yet is not paid. */
    stop() {
        this.#asking?.abort();
    }

    /** Asks, and shows the answer as it comes; never throws. */
    async ask({ token, system, content, settings }) {
        if (this.#messages.length === 0) replace(this.#log);
        this.#messages.push({ role: "user", content });
        const answer = el("div", { class: "message assistant waiting" });
        this.#log.append(el("div", { class: "message user" }, content), answer);
        this.#asking = new AbortController();
        const timing = new Timing();
        let hasBegun = false;
        replace(this.#figures, "Waiting for the first token…");
        const text = document.createTextNode("");
        answer.append(text);
        try {
            for await (const piece of this.#stream(token, system, settings, timing)) {
                const isAtEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 40;
                answer.classList.remove("waiting");
                text.appendData(piece);
                if (isAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
                // Once: it is read out.
                if (!hasBegun) replace(this.#figures, `First token after ${milliseconds(timing.first)}…`);
                hasBegun = true;
            }
            replace(this.#figures, timing.summary());
        } catch (error) {
            const isStopped = error.name === "AbortError";
            replace(this.#figures, isStopped ? `Stopped. ${timing.summary()}` : "");
            if (!isStopped) answer.append(refused(error));
        }
        answer.classList.remove("waiting");
        this.#messages.push({ role: "assistant", content: text.data });
        // What a refused question was must not be asked again with the next one.
        if (text.data === "") this.#messages.splice(-2);
    }

    async* #stream(token, system, settings, timing) {
        const response = await send(token, {
            model: this.model,
            messages: [...(system ? [{ role: "system", content: system }] : []), ...this.#messages],
            stream: true,
            stream_options: { include_usage: true },
            ...settings,
        }, this.#asking.signal);
        timing.served = response.headers.get("Ngrok-AIG-Model");
        for await (const { data } of events(response)) {
            if (data === "[DONE]") break;
            const event = JSON.parse(data);
            if (event.error) throw new ApiError(response.status, event.error.code ?? "", event.error.message);
            if (event.usage) timing.usage = event.usage;
            const piece = event.choices?.[0]?.delta?.content;
            if (!piece) continue;
            timing.tick();
            yield piece;
        }
        timing.end();
    }
}

/** What the data plane offers to a key; nothing where that can't be told: names can be typed. */
export async function offeredModels(token, signal) {
    try {
        const response = await fetch("/v1/models", {
            headers: { Authorization: `Bearer ${token}` }, signal, credentials: "omit",
        });
        return response.ok ? (await response.json()).data.map(({ id }) => id) : [];
    } catch {
        return [];
    }
}

async function send(token, body, signal) {
    let response;
    try {
        response = await fetch("/v1/chat/completions", {
            method: "POST",
            headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
            body: JSON.stringify(body),
            signal,
            credentials: "omit",
            redirect: "error",
        });
    } catch (error) {
        if (error.name === "AbortError") throw error;
        throw new ApiError(0, "", "The gateway can't be reached. Is it running?");
    }
    if (!response.ok) throw await refusal(response);
    return response;
}

function refused(error) {
    return el("div", { class: "refused", role: "alert" }, icon("alert"),
        el("div", {}, el("p", {}, words(error)),
            el("p", { class: "faint mono" }, [error.code, error.requestId].filter(Boolean).join(" · "))));
}

/** How long it took, and how much came. */
class Timing {
    #began = performance.now();
    #ended = null;
    first = null;
    usage = null;
    served = null;

    tick() {
        this.first ??= performance.now() - this.#began;
    }

    end() {
        this.#ended = performance.now() - this.#began;
    }

    summary() {
        const took = this.#ended ?? performance.now() - this.#began;
        const { prompt_tokens: input, completion_tokens: output } = this.usage ?? {};
        const rate = output && this.first !== null && took - this.first > 100
            ? `${Math.round(output / ((took - this.first) / 1000))} tokens/s` : null;
        return [
            this.first !== null && `first token ${milliseconds(this.first)}`,
            `total ${milliseconds(took)}`,
            input !== undefined && `${count(input)} in, ${count(output)} out`,
            rate, this.served,
        ].filter(Boolean).join(" · ");
    }
}
