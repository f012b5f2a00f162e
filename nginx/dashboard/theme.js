"use strict";
// Runs before the first paint. The choice is no secret: it may outlive the tab.
{
    let choice = null;
    try {
        choice = localStorage.getItem("lockkeeper.theme");
    } catch {
        // Storage is switched off: the system's choice holds.
    }
    if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
}
