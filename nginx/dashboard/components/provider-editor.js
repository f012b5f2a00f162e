/** The form of a provider of one's own. */

import { el } from "../dom.js";
import { accountOf } from "./account.js";
import { field, fieldset, formDialog, text, textarea } from "./form.js";

const SURFACES = [
    ["openai", "chat-completions", "OpenAI, chat completions"],
    ["openai", "responses", "OpenAI, responses"],
    ["anthropic", "messages", "Anthropic, messages"],
];

/**
 * Opens the form.
 *
 * @param {import("../api.js").Api} api
 * @param {Object|null} provider what is changed; null for a new one
 * @param {HTMLElement|null} account the field of the account that a new one is for
 * @returns {Promise<boolean>} whether it was saved
 */
export function editProvider(api, provider, account) {
    // None named is OpenAI's first.
    const has = (format, surface) => (provider?.supportedApiSurfaces?.length > 0
        ? provider.supportedApiSurfaces.some((one) => one.format === format
            && (one.surface ?? surface) === surface)
        : surface === "chat-completions");
    return formDialog({
        title: provider ? `Edit “${provider.name}”` : "Add a provider",
        intro: provider ? null : "A server that speaks OpenAI's or Anthropic's API: Ollama, vLLM, "
            + "LM Studio, Azure, another gateway.",
        isWide: true,
        fields: [
            !provider && field("Id", text("providerId", "", {
                required: true, maxlength: 255, placeholder: "our-vllm", class: "mono",
                pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]*",
                title: "Letters, digits, dot, underscore and dash alone.",
            }), { hint: "Stands before the colon in a model's address; it can't be changed later." }),
            field("Name", text("name", provider?.name, {
                required: true, maxlength: 255, placeholder: "Our vLLM",
            })),
            account,
            field("Base URL", text("baseUrl", provider?.baseUrl, {
                required: true, maxlength: 2048, type: "url", class: "mono",
                placeholder: "https://llm.example.com/v1",
            }), { hint: "https, or http for names that end in .internal." }),
            fieldset("It speaks", SURFACES.map(([format, surface, title]) => el("label", {
                class: "checkbox",
            }, el("input", {
                type: "checkbox", name: `surface:${format}:${surface}`,
                checked: has(format, surface),
            }), el("span", {}, title)))),
            field("Models", textarea("models", modelsText(provider?.models), {
                rows: 5, class: "mono", placeholder: "llama-3.3-70b\nfast = qwen3-8b-instruct",
            }), { hint: "One a line. Where the provider calls it otherwise: name = its name there." }),
        ],
        submit: provider ? "Save" : "Add provider",
        save: async (values) => {
            const body = {
                name: values.name,
                baseUrl: values.baseUrl,
                supportedApiSurfaces: SURFACES
                    .filter(([format, surface]) => values[`surface:${format}:${surface}`])
                    .map(([format, surface]) => surfaceOf(provider, format, surface)),
                models: modelsOf(values.models, provider?.models ?? []),
            };
            if (provider) await api.patch(`/providers/${provider.id}`, body, provider);
            else {
                await api.post("/providers", {
                    providerId: values.providerId, ...body, ...accountOf(values),
                });
            }
        },
    });
}

/** A surface as it was, with what this form does not show. */
function surfaceOf(provider, format, surface) {
    const known = provider?.supportedApiSurfaces?.find((one) => one.format === format
        && one.surface === surface);
    return known ?? { format, surface };
}

const modelsText = (models = []) => models.map(({ modelId, providerModelId }) => (
    providerModelId && providerModelId !== modelId ? `${modelId} = ${providerModelId}` : modelId))
    .join("\n");

/** The lines as models; what this form does not show stays as it was. */
function modelsOf(lines, known) {
    return lines.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
        const [modelId, providerModelId] = line.split(/\s+=\s+/);
        const before = known.find((model) => model.modelId === modelId);
        return {
            modelId,
            ...(providerModelId ? { providerModelId } : {}),
            ...(before?.unsupportedParams ? { unsupportedParams: before.unsupportedParams } : {}),
        };
    });
}
