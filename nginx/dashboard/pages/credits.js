/** Credits: what is left, what came in and what was spent. */

import { button } from "../components/button.js";
import { empty } from "../components/empty.js";
import { field, formDialog, select, text } from "../components/form.js";
import { load } from "../components/load.js";
import { table } from "../components/table.js";
import { ago, badge, card } from "../components/text.js";
import { toast } from "../components/toast.js";
import { el } from "../dom.js";
import { date, day, dollars, plural } from "../format.js";

const KINDS = { credits: "good", usage: "quiet", expiry: "warn", overrun: "bad" };

export default async function credits({ session, signal }) {
    const { api, isAdmin } = session;
    const body = el("div");
    const accounts = isAdmin ? (await api.all("/accounts", "accounts", { signal })).map(({ id }) => id) : [];
    const picker = accounts.length > 1 && select("account", "default", accounts.map((id) => [id, id]), {
        "aria-label": "Account", class: "picker", on: { change: () => show() },
    });
    const show = () => {
        const query = { accountId: picker ? picker.value : null };
        return load(body, signal, () => Promise.all([
            api.get("/credits/balance", { query, signal }),
            api.get("/credits/transactions", { query, signal }),
        ]), ([balance, { items }]) => content(balance, items));
    };

    const add = () => button("Add credits", () => grant(), { kind: "primary", icon: "plus" });

    async function grant() {
        // The same order sent twice by a shaky network is one grant.
        const order = orderNumber();
        const isSaved = await formDialog({
            title: "Add credits",
            intro: "Credits pay for managed keys. They can be spent for a year.",
            fields: [
                field("Account", select("accountId", picker ? picker.value : "default", accounts.map((id) => [id, id]))),
                field("Amount in dollars", text("amount", "", {
                    required: true, inputmode: "decimal", pattern: "\\d+(\\.\\d{1,9})?",
                    title: "A number of dollars, such as 25 or 0.50.",
                    placeholder: "25.00",
                })),
                field("Category", select("category", "purchase", [
                    ["purchase", "Purchase: at least 5 dollars"], ["promotional", "Promotional"],
                ])),
            ],
            submit: "Add credits",
            save: async (values) => {
                await api.post("/credits/grants", values, { headers: { "Idempotency-Key": order } });
            },
        });
        if (isSaved) {
            toast("Added: they can be spent at once.");
            await show();
        }
    }

    function content(balance, items) {
        const tile = (name, value, note) => el("div", { class: "tile" }, el("dt", {}, name),
            el("dd", {}, el("span", { class: "tile-value" }, value), el("span", { class: "tile-note" }, note)));
        return el("div", { class: "stack" },
            el("dl", { class: "tiles three" },
                tile("Available", dollars(balance.available), "to be spent now"),
                tile("Balance", dollars(balance.balance), balance.currency ?? "USD"),
                tile("Held", dollars(balance.held), "for requests under way")),
            grants(balance.grants ?? []),
            transactions(items));
    }

    function grants(list) {
        if (list.length === 0) {
            return empty("coin", "No credits yet", isAdmin
                ? "Managed keys are paid by credits. Add the first ones to let keys use them; keys "
                    + "of the account's own cost none."
                : "Managed keys are paid by credits. Ask the operator to add some; provider keys of "
                    + "your own cost none.",
            isAdmin && add());
        }
        return card("Grants", table("Grants", [
            { title: "Granted", cell: (one) => date(one.createdAt) },
            { title: "Category", cell: (one) => badge(one.category), isMinor: true },
            {
                title: "Left", cell: (one) => el("div", { class: "meter-cell" },
                    el("meter", {
                        min: "0", max: String(Number(one.amount)), value: Number(one.remaining),
                        "aria-label": `${dollars(one.remaining)} of ${dollars(one.amount)} left`,
                    }),
                    el("span", {}, dollars(one.remaining))),
            },
            { title: "Of", isNumber: true, isMinor: true, cell: (one) => dollars(one.amount) },
            { title: "Expires", cell: (one) => ago(one.expiresAt) },
        ], list));
    }

    show();
    return {
        intro: "What pays for managed keys. Spending takes the grant that expires first.",
        actions: isAdmin ? [picker, add()] : [],
        body,
    };
}

function transactions(items) {
    if (items.length === 0) return null;
    return card("Statement", table("Statement of account", [
        { title: "Day", cell: (item) => day(item.credits?.createdAt ?? item.period.periodStart) },
        { title: "What", cell: (item) => badge(item.type, KINDS[item.type]) },
        { title: "Details", cell: details, isMinor: true },
        {
            title: "Amount", isNumber: true,
            cell: (item) => (item.type === "credits" ? "+" : "−") + dollars(item.amount, 4),
        },
    ], items));
}

function details(item) {
    if (item.credits) return `${item.credits.category}, grant ${item.credits.grantId}`;
    const { count } = item.period;
    if (item.type === "usage") return plural(count, "settlement");
    if (item.type === "expiry") return plural(count, "grant");
    return `${plural(count, "attempt")} beyond the balance, paid by nobody`;
}

/** Of its own for each opening of the form; `crypto.randomUUID` is not there over plain HTTP. */
function orderNumber() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return `dashboard-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
