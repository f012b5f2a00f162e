/** Where values stand on an axis. */

/**
 * Round values from nothing to at least `most`.
 *
 * @param {number} most
 * @param {number} count about how many
 * @param {boolean} isWhole whether there is nothing between whole numbers
 * @returns {number[]}
 */
export function ticks(most, count = 4, isWhole = false) {
    const wanted = (most > 0 ? most : 1) / count;
    const power = 10 ** Math.floor(Math.log10(wanted));
    let step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= wanted);
    if (isWhole) step = Math.max(1, Math.ceil(step));
    const marks = [];
    for (let index = 0; index === 0 || marks.at(-1) < most; index += 1) {
        // Without the dust of adding: 0.30000000000000004.
        marks.push(Number((index * step).toPrecision(12)));
    }
    return marks.length === 1 ? [...marks, step] : marks;
}

/** Maps values onto pixels. */
export const linear = (most, from, to) => (value) => from + (value / most) * (to - from);
