/** Who is signed in. The key lives in memory; in sessionStorage only where that was asked for. */

import { Api, ApiError } from "./api.js";

const STORED = "lockkeeper.management-key";
/** The API stands at the root of its own server, or below /api on an existing site. */
const BASES = ["", "/api"];

/** A signed-in management key and what it may do. */
export class Session {
    /**
     * @param {Api} api
     * @param {{id: string, name: string, role: string, accountId: string|null}} key
     */
    constructor(api, key) {
        this.api = api;
        this.key = key;
        /** Access keys whose tokens were seen in this session, for the playground; newest first. */
        this.tokens = [];
    }

    get isAdmin() {
        return this.key.role === "admin";
    }

    get canWrite() {
        return this.key.role !== "read";
    }
}

/**
 * Signs in.
 *
 * @param {string} token a management key
 * @param {boolean} remember whether this tab keeps it over a reload
 * @param {() => void} lost called when the key is refused later
 * @returns {Promise<Session>}
 */
export async function signIn(token, remember, lost) {
    const base = await findBase(token);
    const api = new Api(base, token, () => {
        forget();
        lost();
    });
    const key = await identify(api, token);
    if (remember) keep(token);
    return new Session(api, key);
}

/** The key that this tab remembers. */
export function remembered() {
    try {
        return sessionStorage.getItem(STORED);
    } catch {
        return null;
    }
}

/** Makes this tab forget the key. */
export function forget() {
    try {
        sessionStorage.removeItem(STORED);
    } catch {
        // Storage is switched off: there is nothing to forget.
    }
}

function keep(token) {
    try {
        sessionStorage.setItem(STORED, token);
    } catch {
        // Storage is switched off: the key lives until the page is left.
    }
}

async function findBase(token) {
    let last;
    for (const base of BASES) {
        try {
            await new Api(base, token).get("/access-keys", { query: { limit: 1 } });
            return base;
        } catch (error) {
            // A refusal with a code of its own is the API speaking.
            if (!(error instanceof ApiError) || error.code !== "") throw error;
            last = error;
        }
    }
    throw last.status === 0 ? last : new ApiError(last.status, "", "No control plane answers on this site. "
        + "Is nginx/lockkeeper-api.conf included?");
}

/** Finds the key's own record by its redacted form. */
async function identify(api, token) {
    const own = redacted(token);
    try {
        for await (const page of api.pages("/api-keys", "aiGatewayApiKeys")) {
            const found = page.find((record) => record.keyRedacted === own);
            if (found) return found;
        }
    } catch (error) {
        if (!(error instanceof ApiError) || error.status === 401) throw error;
    }
    return { id: "", name: own, role: "account", accountId: null };
}

/** The form in which a secret of this length is shown. */
export function redacted(secret) {
    if (secret.length >= 24) return `${secret.slice(0, 10)}***${secret.slice(-4)}`;
    return secret.length >= 12 ? `***${secret.slice(-4)}` : "***";
}
