/** Asks up to three models the same at once, as an application would. */

import { Contestant, offeredModels } from "../components/contestant.js";
import { button } from "../components/button.js";
import { field, secret, select, text, textarea } from "../components/form.js";
import { icon } from "../components/icons.js";
import { el, newId, replace } from "../dom.js";
import { address } from "../router.js";

const MOST = 3;

export default function playground({ session, query, signal }) {
    const page = new PlaygroundPage(session, query, signal);
    page.suggest();
    return {
        intro: "Asks models the way an application does: with an access key, streaming.",
        body: page.body,
    };
}

class PlaygroundPage {
    #session;
    #signal;
    #list = newId("models");
    #suggestions = el("datalist", { id: this.#list });
    #columns = el("div", { class: "contestants" });
    #contestants = [];
    #suggestedFor = "";

    constructor(session, query, signal) {
        this.#session = session;
        this.#signal = signal;
        signal.addEventListener("abort", () => this.#stop());
        this.prompt = textarea("prompt", "", {
            rows: 3, placeholder: "Ask something. Ctrl+Enter sends it.", "aria-label": "Message",
            on: {
                keydown: (event) => {
                    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
                    event.preventDefault();
                    this.#send();
                },
            },
        });
        this.system = textarea("system", "", { rows: 2 });
        this.most = text("most", "512", { inputmode: "numeric", pattern: "\\d+" });
        this.temperature = text("temperature", "", { inputmode: "decimal", placeholder: "the model's" });
        this.sendButton = el("button", { class: "button primary", type: "submit" }, icon("play"), "Send");
        this.stopButton = el("button", {
            class: "button", type: "button", disabled: true, on: { click: () => this.#stop() },
        }, icon("stop"), "Stop");
        this.problem = el("div", { class: "form-problem", role: "alert" });
        this.#makeKeyField(query.get("key"));
        this.body = this.#layout();
        this.#addContestant(query.get("model") ?? "");
    }

    #makeKeyField(wanted) {
        const { tokens } = this.#session;
        this.key = secret("key", {
            placeholder: "ng-…", value: tokens.find(({ id }) => id === wanted)?.token
                ?? tokens[0]?.token ?? "",
            on: { change: () => this.suggest() },
        });
        this.known = tokens.length > 0 && select("known", this.key.value, [
            ...tokens.map(({ name, token }) => [token, name]), ["", "another key"],
        ], {
            "aria-label": "A key made in this session",
            on: {
                change: (event) => {
                    this.key.value = event.target.value;
                    if (this.key.value) this.suggest();
                    else this.key.focus();
                },
            },
        });
    }

    #layout() {
        return el("form", {
            class: "playground", novalidate: true,
            on: {
                submit: (event) => {
                    event.preventDefault();
                    this.#send();
                },
            },
        },
        this.#suggestions,
        el("div", { class: "card playground-settings" },
            field("Access key", this.key, {
                hint: el("span", {}, "Kept in memory; what is asked counts like any request of this key. ",
                    this.#session.tokens.length === 0
                        && el("a", { href: address("keys") }, "Create one first")),
            }),
            this.known && field("Made in this session", this.known),
            el("details", { class: "more" }, el("summary", {}, "System prompt and limits"),
                field("System prompt", this.system, { optional: true }),
                el("div", { class: "pair" },
                    field("Most output tokens", this.most), field("Temperature", this.temperature)))),
        this.#columns,
        el("div", { class: "card composer" },
            this.prompt, this.problem,
            el("div", { class: "row" },
                this.sendButton, this.stopButton,
                el("span", { class: "spacer" }),
                button("Clear", () => this.#contestants.forEach((one) => one.clear()), { kind: "ghost" }))));
    }

    /** Brings the names of the models that the key may ask for. */
    async suggest() {
        const token = this.key.value.trim();
        if (token === "" || token === this.#suggestedFor) return;
        this.#suggestedFor = token;
        const names = await offeredModels(token, this.#signal);
        replace(this.#suggestions, names.map((value) => el("option", { value })));
    }

    #addContestant(model) {
        const contestant = new Contestant(model, this.#list, () => this.#remove(contestant));
        this.#contestants.push(contestant);
        this.#drawColumns();
    }

    #remove(contestant) {
        contestant.stop();
        this.#contestants = this.#contestants.filter((one) => one !== contestant);
        this.#drawColumns();
    }

    #drawColumns() {
        this.#contestants.forEach((one) => {
            one.canBeRemoved = this.#contestants.length > 1;
        });
        replace(this.#columns, this.#contestants.map((one) => one.element),
            this.#contestants.length < MOST && el("button", {
                class: "button add-contestant", type: "button",
                on: { click: () => this.#addContestant("") },
            }, icon("plus"), "Compare with another model"));
    }

    async #send() {
        replace(this.problem);
        const wrong = this.#whatIsMissing();
        if (wrong) {
            replace(this.problem, icon("alert"), el("span", {}, wrong.text));
            wrong.control.focus();
            return;
        }
        const content = this.prompt.value.trim();
        this.prompt.value = "";
        this.sendButton.disabled = true;
        this.stopButton.disabled = false;
        const settings = {
            ...(this.most.value ? { max_tokens: Number(this.most.value) } : {}),
            ...(this.temperature.value ? { temperature: Number(this.temperature.value) } : {}),
        };
        await Promise.all(this.#contestants.map((one) => one.ask({
            token: this.key.value.trim(), system: this.system.value.trim(), content, settings,
        })));
        this.sendButton.disabled = false;
        this.stopButton.disabled = true;
    }

    #whatIsMissing() {
        if (this.key.value.trim() === "") {
            return { text: "Paste an access key, or create one under Access keys.", control: this.key };
        }
        const nameless = this.#contestants.find((one) => one.model === "");
        if (nameless) return { text: "Choose a model first.", control: nameless.input };
        if (this.prompt.value.trim() === "") return { text: "Write a message first.", control: this.prompt };
        return null;
    }

    #stop() {
        this.#contestants.forEach((one) => one.stop());
    }
}
