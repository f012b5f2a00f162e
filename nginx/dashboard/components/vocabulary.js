/** The names that fields suggest. */

/** The providers of the operator's file, of the account and of its keys. */
export async function providerNames(api) {
    const [gateways, custom, keys] = await Promise.all([
        api.all("/endpoints", "endpoints"), api.all("/providers", "aiGatewayProviders"),
        api.all("/provider-keys", "aiGatewayProviderKeys"),
    ]);
    return [...new Set([
        ...gateways.flatMap(({ providers }) => providers),
        ...[...custom, ...keys].map(({ providerId }) => providerId),
    ])].sort();
}
