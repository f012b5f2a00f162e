/** Addresses behind the `#`: they need no rule in nginx and never reach a server. */

/**
 * A page: `title` for the window and the navigation, `group` under which it stands there, and
 * `load`, which brings its module. The module's default export gets a context and gives what the
 * page shows.
 *
 * @typedef {Object} Route
 * @property {string} path
 * @property {string} title
 * @property {string} icon
 * @property {string} group
 * @property {boolean} [isForWriters] whether those who may only look are not shown it
 * @property {() => Promise<{default: Function}>} load
 */

/** @type {Route[]} */
export const ROUTES = [
    {
        path: "overview", title: "Overview", icon: "chart", group: "Watch",
        load: () => import("./pages/overview.js"),
    },
    {
        path: "activity", title: "Live activity", icon: "pulse", group: "Watch",
        load: () => import("./pages/activity.js"),
    },
    {
        path: "keys", title: "Access keys", icon: "key", group: "Manage",
        load: () => import("./pages/keys.js"),
    },
    {
        path: "configurations", title: "Configurations", icon: "sliders", group: "Manage",
        load: () => import("./pages/configurations.js"),
    },
    {
        path: "providers", title: "Providers", icon: "plug", group: "Manage",
        load: () => import("./pages/providers.js"),
    },
    {
        path: "models", title: "Models", icon: "cube", group: "Use",
        load: () => import("./pages/models.js"),
    },
    {
        path: "playground", title: "Playground", icon: "play", group: "Use",
        load: () => import("./pages/playground.js"),
    },
    {
        path: "credits", title: "Credits", icon: "coin", group: "Account",
        load: () => import("./pages/credits.js"),
    },
    {
        path: "settings", title: "Settings", icon: "gear", group: "Account",
        load: () => import("./pages/settings.js"),
    },
    {
        path: "audit", title: "Audit", icon: "list", group: "Account", isForWriters: true,
        load: () => import("./pages/audit.js"),
    },
];

/** The page and its parameters that the address names; the first where it names none. */
export function currentRoute() {
    const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
    const route = ROUTES.find((route) => route.path === path) ?? ROUTES[0];
    return { route, query: new URLSearchParams(query) };
}

/** The address of a page. */
export function address(path, query = {}) {
    const text = new URLSearchParams(query).toString();
    return `#/${path}${text ? `?${text}` : ""}`;
}
