/** What a model costs at a provider: dollars for a million tokens, and when other prices hold. */

const KINDS = {
    "text.input": "input", "text.output": "output", "text.input_cache_read": "cache read",
    "text.input_cache_write": "cache write",
};

/** The usual price of a kind at a provider; null where nobody knows. */
export function usualPrice(provider, type) {
    const found = provider.pricing?.rates.find((rate) => rate.type === type
        && Object.keys(rate.conditions).length === 0);
    return found ? Number(found.price) : null;
}

/** The lowest usual price of a kind among a model's providers. */
export function lowestPrice(model, type) {
    const prices = model.providers.map((provider) => usualPrice(provider, type))
        .filter((price) => price !== null);
    return prices.length > 0 ? Math.min(...prices) : null;
}

/** 0.25, 1,200.00, – */
export const priceText = (price) => (price === null ? "–" : price.toLocaleString("en", {
    minimumFractionDigits: 2, maximumFractionDigits: 4,
}));

/** The prices that hold under conditions only, as pairs of the conditions and the prices. */
export function otherPrices({ pricing }) {
    const others = (pricing?.rates ?? []).filter(({ conditions }) => Object.keys(conditions).length > 0);
    const groups = Map.groupBy(others, ({ conditions }) => conditionText(conditions));
    return [...groups].map(([conditions, rates]) => [conditions, rates.map(
        ({ type, price }) => `${KINDS[type] ?? type} ${priceText(Number(price))}`).join(", ")]);
}

/** What each call of a tool costs. */
export const toolPrices = ({ pricing }) => (pricing?.rates ?? [])
    .filter(({ unit }) => unit === "call")
    .map(({ type, price }) => [`a ${type.replace(/^tools\./, "").replaceAll("_", " ")} call`,
        `$${priceText(Number(price))}`]);

function conditionText({
    ttl, min_input_tokens: least, max_input_tokens: most, service_tier: tier, from, to,
    utc_hours: hours, utc_days: days,
}) {
    return [
        least && `from ${least.toLocaleString("en")} input tokens`,
        most && `up to ${most.toLocaleString("en")} input tokens`,
        tier && `tier ${tier}`,
        ttl && `kept for ${ttl}`,
        from && `from ${from}`, to && `until ${to}`,
        hours?.length && `${hours.join(", ")} UTC`, days?.length && days.join(", "),
    ].filter(Boolean).join(", ") || "otherwise";
}
