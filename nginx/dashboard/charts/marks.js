/** What is drawn inside a chart's axes. */

import { svg } from "../dom.js";

/**
 * @typedef {Object} Plot
 * @property {number} left
 * @property {number} step the width of one value
 * @property {number} bottom
 * @property {(value: number) => number} y
 */

/**
 * Bars; the series stand on each other, the first at the bottom.
 *
 * @param {{name: string, values: number[], tone: string}[]} series
 * @param {Plot} plot
 */
export function bars(series, { left, step, bottom, y }) {
    const width = Math.max(1, Math.min(step * 0.72, 42));
    const heights = new Map();
    return series.flatMap(({ values, tone }) => values.map((value, index) => {
        const before = heights.get(index) ?? 0;
        heights.set(index, before + value);
        if (value <= 0) return null;
        const top = y(before + value);
        // What is there must be seen, however little it is.
        const height = Math.max(1, bottom - y(value));
        return svg("rect", {
            class: `mark fill-${tone}`, x: left + (index + 0.5) * step - width / 2, y: top, width,
            height, rx: Math.min(2, width / 4),
        });
    }));
}

/** A line for each series, broken where there is no value. */
export function lines(series, { left, step, y }) {
    return series.flatMap(({ values, tone }) => {
        const points = values.map((value, index) => (value === null || value === undefined
            ? null : [left + (index + 0.5) * step, y(value)]));
        let isDrawing = false;
        const path = points.map((point) => {
            const command = point && `${isDrawing ? "L" : "M"}${point[0]} ${point[1]}`;
            isDrawing = point !== null;
            return command;
        }).filter(Boolean).join("");
        return [
            svg("path", { class: `mark line-${tone}`, d: path || "M0 0" }),
            ...points.filter(Boolean).map(([cx, cy]) => svg("circle", {
                class: `mark fill-${tone}`, cx, cy, r: 2.5,
            })),
        ];
    });
}
