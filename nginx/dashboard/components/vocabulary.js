/** The names that fields suggest. */

/** The providers of the operator's file and of the account's keys. */
export async function providerNames(api) {
    const [gateways, keys] = await Promise.all([
        api.all("/endpoints", "endpoints"), api.all("/provider-keys", "providerKeys"),
    ]);
    return [...new Set([
        ...gateways.flatMap(({ providers }) => providers),
        ...keys.map(({ providerId }) => providerId),
    ])].sort();
}

/** The accounts whose keys some gateway takes. */
export async function accountNames(api) {
    const gateways = await api.all("/endpoints", "endpoints");
    return [...new Set(gateways.flatMap(({ accounts }) => accounts))].sort();
}
