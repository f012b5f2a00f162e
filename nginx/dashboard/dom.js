/** Elements without markup: whatever comes from the API becomes a text node, never HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** Set as properties, since their attributes only hold the beginning. */
const PROPERTIES = new Set([
    "value", "checked", "disabled", "selected", "hidden", "required", "readOnly", "open", "multiple",
]);

/**
 * An element.
 *
 * @param {string} tag
 * @param {Object} [properties] attributes; beside them `class`, `on` (listeners by event),
 *   `data` (dataset) and `style` (single properties through the CSSOM, which a strict CSP allows);
 *   null, undefined and false leave an attribute out
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function el(tag, properties = {}, ...children) {
    return fill(document.createElement(tag), properties, children);
}

/** The same for SVG. @returns {SVGElement} */
export function svg(tag, properties = {}, ...children) {
    return fill(document.createElementNS(SVG, tag), properties, children);
}

/** Puts these children in place of what an element holds. */
export function replace(element, ...children) {
    element.replaceChildren(...nodes(children));
    return element;
}

let lastNumber = 0;
/** An id that no other element has, for labels and descriptions. */
export function newId(prefix = "id") {
    lastNumber += 1;
    return `${prefix}-${lastNumber}`;
}

function fill(element, properties, children) {
    for (const [name, value] of Object.entries(properties)) {
        if (value === null || value === undefined || value === false) continue;
        if (name === "class") element.setAttribute("class", value);
        else if (name === "on") {
            for (const [event, listener] of Object.entries(value)) {
                element.addEventListener(event, listener);
            }
        } else if (name === "data") Object.assign(element.dataset, value);
        else if (name === "style") {
            for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
        } else if (PROPERTIES.has(name)) continue;
        else element.setAttribute(name, value === true ? "" : String(value));
    }
    element.append(...nodes(children));
    // After the children: a <select> has its value only among its options.
    for (const name of PROPERTIES) {
        const value = properties[name];
        if (value !== null && value !== undefined) element[name] = value;
    }
    return element;
}

function nodes(children) {
    return children.flat(Infinity)
        .filter((child) => child !== null && child !== undefined && child !== false)
        .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}
