/** What stands around every page: navigation, who is signed in, the switch of light and dark. */

import { el, replace } from "./dom.js";
import { ROUTES, address } from "./router.js";
import { icon } from "./components/icons.js";

const THEMES = { auto: "Like the system", light: "Light", dark: "Dark" };

/**
 * The frame of a signed-in session.
 *
 * @param {import("./session.js").Session} session
 * @param {() => void} signOut
 */
export class Shell {
    constructor(session, signOut) {
        this.heading = el("h1", { tabindex: "-1" });
        this.intro = el("p", { class: "page-intro" });
        this.actions = el("div", { class: "page-actions" });
        this.body = el("div", { class: "page-body" });
        this.main = el("main", { id: "main", class: "main" },
            el("header", { class: "page-head" },
                el("div", {}, this.heading, this.intro), this.actions),
            this.body);
        this.links = new Map();
        this.menu = el("button", {
            class: "button ghost square menu-button", type: "button", "aria-expanded": "false",
            "aria-controls": "navigation", "aria-label": "Menu",
            on: { click: () => this.toggleMenu() },
        }, icon("menu"));
        this.sidebar = el("div", { class: "sidebar", id: "navigation" },
            this.#navigation(session.canWrite), this.#footer(session, signOut));
        this.element = el("div", { class: "shell" },
            el("a", {
                class: "skip-link", href: "#main",
                on: {
                    click: (event) => {
                        // The address behind the # is the page's.
                        event.preventDefault();
                        this.heading.focus();
                    },
                },
            }, "Skip to the content"),
            el("header", { class: "topbar" }, this.menu, brand()),
            this.sidebar,
            el("div", {
                class: "scrim", "aria-hidden": "true", on: { click: () => this.toggleMenu(false) },
            }),
            this.main);
        this.element.addEventListener("keydown", (event) => {
            if (event.key === "Escape" && this.isMenuOpen) {
                this.toggleMenu(false);
                this.menu.focus();
            }
        });
    }

    get isMenuOpen() {
        return this.element.classList.contains("menu-open");
    }

    /** Opens or shuts the navigation of narrow windows. */
    toggleMenu(open = !this.isMenuOpen) {
        this.element.classList.toggle("menu-open", open);
        this.menu.setAttribute("aria-expanded", String(open));
        if (open) this.links.values().next().value.focus();
    }

    /** Empties the page for the next one and tells which it is. */
    begin(route) {
        document.title = `${route.title} · Lockkeeper`;
        this.toggleMenu(false);
        for (const [path, link] of this.links) {
            if (path === route.path) link.setAttribute("aria-current", "page");
            else link.removeAttribute("aria-current");
        }
        replace(this.heading, route.title);
        replace(this.intro);
        replace(this.actions);
        replace(this.body);
        this.main.className = `main page-${route.path}`;
        window.scrollTo(0, 0);
    }

    #navigation(canWrite) {
        const routes = ROUTES.filter(({ isForWriters }) => canWrite || !isForWriters);
        const groups = Map.groupBy(routes, ({ group }) => group);
        return el("nav", { class: "nav", "aria-label": "Pages" }, brand(),
            [...groups].map(([title, routes]) => el("div", { class: "nav-group" },
                el("h2", { class: "nav-title" }, title),
                el("ul", {}, routes.map((route) => {
                    const link = el("a", { class: "nav-link", href: address(route.path) },
                        icon(route.icon), route.title);
                    this.links.set(route.path, link);
                    return el("li", {}, link);
                })))));
    }

    #footer(session, signOut) {
        const { name, role, accountId } = session.key;
        return el("aside", { class: "sidebar-foot", "aria-label": "Signed in" },
            el("div", { class: "who" },
                el("div", { class: "who-name", title: name }, name),
                el("div", { class: "who-role" },
                    accountId ? `${accountId} · ${role}` : role)),
            themeSwitch(),
            el("button", { class: "button ghost", type: "button", on: { click: signOut } },
                icon("leave"), "Sign out"));
    }
}

/** The mark and the name. */
export function brand() {
    return el("div", { class: "brand" }, icon("gate"), el("span", {}, "Lockkeeper"));
}

/** Chooses between light, dark and the system's choice. */
export function themeSwitch() {
    const current = document.documentElement.dataset.theme ?? "auto";
    return el("label", { class: "theme-switch" },
        el("span", { class: "visually-hidden" }, "Appearance"),
        icon("contrast"),
        el("select", {
            value: current, on: { change: (event) => applyTheme(event.target.value) },
        }, Object.entries(THEMES).map(([value, text]) => el("option", { value }, text))));
}

function applyTheme(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
        localStorage.setItem("lockkeeper.theme", theme);
    } catch {
        // Storage is switched off: the choice lasts until the page is left.
    }
}
