/** Where the dashboard begins: sign-in, then a page at a time. */

import { words } from "./api.js";
import { el, replace } from "./dom.js";
import { currentRoute } from "./router.js";
import { forget, remembered, signIn } from "./session.js";
import { Shell } from "./shell.js";
import { failure } from "./components/load.js";
import { signInPage } from "./pages/sign-in.js";

const app = document.getElementById("app");

/** What runs for the page that is shown; aborted when it is left. */
let visit = new AbortController();
let session = null;
let shell = null;

function showSignIn(note = "") {
    visit.abort();
    session = null;
    shell = null;
    closeDialogs();
    document.title = "Sign in · Lockkeeper";
    replace(app, signInPage({
        note,
        signIn: async (token, remember) => start(await signIn(token, remember, lost)),
    }));
    app.querySelector("input").focus();
}

function lost() {
    if (session) showSignIn("This management key is not accepted any more. Sign in with another.");
}

function signOut() {
    forget();
    showSignIn("You are signed out.");
}

function start(signedIn) {
    session = signedIn;
    shell = new Shell(session, signOut);
    replace(app, shell.element);
    showPage({ isFirst: true });
}

async function showPage({ isFirst = false } = {}) {
    if (!session) return;
    visit.abort();
    visit = new AbortController();
    closeDialogs();
    const { signal } = visit;
    const { route, query } = currentRoute();
    shell.begin(route);
    // Who uses a screen reader hears the new page's name.
    if (!isFirst) shell.heading.focus({ preventScroll: true });
    try {
        const { default: page } = await route.load();
        if (signal.aborted) return;
        const { intro = "", actions = [], body } = await page({ session, query, signal });
        if (signal.aborted) return;
        replace(shell.intro, intro);
        replace(shell.actions, actions);
        replace(shell.body, body);
    } catch (error) {
        if (signal.aborted) return;
        replace(shell.body, failure(words(error), () => showPage()));
    }
}

/** They belong to the page that is left. */
function closeDialogs() {
    for (const dialog of document.querySelectorAll("dialog")) dialog.close();
}

window.addEventListener("hashchange", () => showPage());

const token = remembered();
if (token) {
    replace(app, el("p", { class: "starting" }, "Signing in…"));
    signIn(token, false, lost).then(start, (error) => {
        if (error.status === 401) forget();
        showSignIn(words(error));
    });
} else {
    showSignIn();
}
