/** Icons of one family: 16 units, lines of one width, the colour of the text beside them. */

import { svg } from "../dom.js";

const PATHS = {
    alert: ["M8 2 1.5 13.5h13z", "M8 6.5v3.2", "M8 11.7v.1"],
    arrowDown: ["M8 3v10", "M4 9l4 4 4-4"],
    arrowUp: ["M8 13V3", "M4 7l4-4 4 4"],
    chart: ["M2 14h12", "M4 11V8", "M8 11V3", "M12 11V6"],
    check: ["M3 8.5 6.5 12 13 4.5"],
    coin: ["M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z",
        "M10 5.9C9.6 5.2 8.9 5 8 5c-1.1 0-2 .5-2 1.5 0 2.2 4 .9 4 3C10 10.5 9.1 11 8 11c-.9 0-1.7-.3-2.1-1",
        "M8 3.9V5", "M8 11v1.1"],
    contrast: ["M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z", "M8 2v12", "M8 5l4.8-1.3", "M8 8h6", "M8 11l4.8 1.3"],
    copy: ["M6 6h7.5v7.5H6z", "M3.5 10H2.5V2.5H10v1"],
    cube: ["M8 1.7 13.8 5v6L8 14.3 2.2 11V5z", "M2.3 5 8 8.2 13.7 5", "M8 8.2v6"],
    cross: ["M4 4l8 8", "M12 4l-8 8"],
    edit: ["M3 13l.7-2.9L10.8 3l2.2 2.2-7.1 7.1z", "M9.4 4.4l2.2 2.2"],
    gate: ["M2.5 2.5v11", "M13.5 2.5v11", "M2.5 4.5 8 7l5.5-2.5", "M2.5 9.5 8 12l5.5-2.5"],
    gear: ["M8 5.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z",
        "M8 1.5v2", "M8 12.5v2", "M1.5 8h2", "M12.5 8h2", "M3.4 3.4l1.4 1.4",
        "M11.2 11.2l1.4 1.4", "M12.6 3.4l-1.4 1.4", "M4.8 11.2l-1.4 1.4"],
    key: ["M10.5 2a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z", "M8 8l-5.5 5.5", "M4 12l1.8 1.8", "M5.8 10.2l1.5 1.5"],
    leave: ["M6 2.5H2.5v11H6", "M6.5 8h7", "M10.5 5l3 3-3 3"],
    list: ["M5.5 4H14", "M5.5 8H14", "M5.5 12H14", "M2.3 4h.1", "M2.3 8h.1", "M2.3 12h.1"],
    lock: ["M3.5 7h9v6.5h-9z", "M5.5 7V4.7a2.5 2.5 0 0 1 5 0V7"],
    menu: ["M2 4h12", "M2 8h12", "M2 12h12"],
    pause: ["M5.5 3.5v9", "M10.5 3.5v9"],
    play: ["M4.5 2.5v11L13 8z"],
    plug: ["M5.5 1.8v3", "M10.5 1.8v3", "M3.5 4.8h9v2.7a4.5 4.5 0 0 1-9 0z", "M8 12v2.5"],
    plus: ["M8 3v10", "M3 8h10"],
    pulse: ["M1.5 8.5h3l2-5.5 3 10 2-4.5h3"],
    rotate: ["M13 8a5 5 0 1 1-1.5-3.6", "M13.3 1.8v3h-3"],
    search: ["M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z", "M10.3 10.3 14 14"],
    sliders: ["M2 4.5h6", "M12 4.5h2", "M10 2.7v3.6", "M2 11.5h2", "M8 11.5h6", "M6 9.7v3.6"],
    stop: ["M4 4h8v8H4z"],
    table: ["M2 3h12v10H2z", "M2 6.5h12", "M2 10h12", "M6 6.5V13"],
    trash: ["M2.5 4h11", "M6 4V2.5h4V4", "M4 4l.6 9.5h6.8L12 4", "M6.7 6.7v4.1", "M9.3 6.7v4.1"],
};

/** An icon, unseen by screen readers: the words beside it say the same. */
export function icon(name) {
    return svg("svg", {
        class: "icon", viewBox: "0 0 16 16", width: "16", height: "16", "aria-hidden": "true",
        focusable: "false",
    }, PATHS[name].map((d) => svg("path", { d })));
}
