/** The budget of a key or a configuration. */

import { el } from "../dom.js";
import { dollars } from "../format.js";
import { fieldset, select, text } from "./form.js";

const PERIODS = [["day", "a day"], ["week", "a week"], ["month", "a month"], ["total", "in total"]];
const SCOPES = [["all", "all traffic"], ["managed", "managed keys only"]];

/** Fields for a budget that may be none. */
export function budgetFields(budget) {
    return fieldset("Budget",
        el("div", { class: "inline-fields" },
            text("budgetAmount", budget ? String(Number(budget.amount)) : "", {
                placeholder: "no limit", inputmode: "decimal", "aria-label": "Budget in dollars",
                pattern: "\\d+(\\.\\d{1,9})?", class: "amount",
                title: "A number of dollars, such as 25 or 0.50.",
            }),
            select("budgetPeriod", budget?.period ?? "month", PERIODS, { "aria-label": "Period" }),
            select("budgetScope", budget?.scope ?? "all", SCOPES, { "aria-label": "Counts" })),
        el("p", { class: "hint" }, "Dollars at list price. Requests beyond it are refused until "
            + "the period begins anew, at midnight UTC."));
}

/** What the fields say, as the API wants it. */
export const budgetOf = (values) => (values.budgetAmount === "" ? null : {
    amount: values.budgetAmount, period: values.budgetPeriod, scope: values.budgetScope,
});

/** A budget in words. */
export function budgetText(budget) {
    if (!budget) return null;
    const period = PERIODS.find(([value]) => value === budget.period)[1];
    return `${dollars(budget.amount)} ${period}${budget.scope === "managed" ? ", managed keys" : ""}`;
}
