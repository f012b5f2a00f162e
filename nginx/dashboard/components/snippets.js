/** Lines to copy that make a first request. */

import { el, newId } from "../dom.js";
import { copyButton } from "./copy.js";

/** The programs, by the name of their tab. */
export function snippets(token, model = "openai:gpt-5-mini") {
    const origin = location.origin;
    return {
        curl: `curl -N ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer ${token}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "stream": true,
       "messages": [{"role": "user", "content": "Hello"}]}'`,
        "OpenAI SDK": `from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${token}")
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
        "Anthropic SDK": `from anthropic import Anthropic

client = Anthropic(base_url="${origin}", api_key="${token}")
answer = client.messages.create(
    model="anthropic:claude-haiku-4-5",
    max_tokens=256,
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.content[0].text)`,
    };
}

/** The programs in tabs, each with a button that copies it. */
export function snippetTabs(programs) {
    const names = Object.keys(programs);
    const ids = names.map(() => newId("snippet"));
    const panels = names.map((name, index) => el("div", {
        class: "snippet", role: "tabpanel", id: ids[index], "aria-labelledby": `${ids[index]}-tab`,
        hidden: index > 0,
    }, el("pre", { tabindex: "0" }, el("code", {}, programs[name])),
    copyButton(programs[name], `the ${name} snippet`, { kind: "small" })));
    const tabs = names.map((name, index) => el("button", {
        class: "tab", type: "button", role: "tab", id: `${ids[index]}-tab`,
        "aria-controls": ids[index], on: { click: () => choose(index) },
    }, name));

    function choose(chosen) {
        tabs.forEach((tab, index) => {
            tab.setAttribute("aria-selected", String(index === chosen));
            tab.tabIndex = index === chosen ? 0 : -1;
            panels[index].hidden = index !== chosen;
        });
    }

    choose(0);
    return el("div", { class: "snippets" },
        el("div", {
            class: "tabs", role: "tablist", "aria-label": "A first request with",
            on: {
                keydown: (event) => {
                    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                    if (!step) return;
                    event.preventDefault();
                    const at = (tabs.indexOf(event.target) + step + tabs.length) % tabs.length;
                    choose(at);
                    tabs[at].focus();
                },
            },
        }, tabs),
        panels);
}

/** A secret that is shown once, with a button that copies it. */
export function tokenBox(token, what) {
    return el("div", { class: "token-box" },
        el("code", { class: "token", tabindex: "0", "aria-label": what }, token),
        copyButton(token, what, { kind: "primary" }));
}
