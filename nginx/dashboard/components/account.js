/** Whose something is: told to admins, who see all accounts. */

import { field, select } from "./form.js";
import { badge } from "./text.js";

/** The account that is meant where nobody names one. */
const USUAL = "default";

/**
 * For which account something is made; null where there is no choice.
 *
 * @param {import("../session.js").Session} session
 * @returns {Promise<HTMLElement|null>} the field `accountId` of a form
 */
export async function accountField({ api, isAdmin }) {
    if (!isAdmin) return null;
    const accounts = await api.all("/accounts", "accounts");
    if (accounts.length < 2) return null;
    return field("Account", select("accountId", USUAL, accounts.map(({ id, name }) => [
        id, name ? `${id} · ${name}` : id,
    ])));
}

/** What a form says of the account. */
export const accountOf = ({ accountId }) => (accountId ? { accountId } : {});

/** A name, with the account behind it where it is not the usual one. */
export const named = ({ isAdmin }, { accountId }, name) => [
    name, isAdmin && accountId !== USUAL && [" ", badge(accountId, "accent")],
];
