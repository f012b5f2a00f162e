/** Numbers, money and time as people read them. */

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const moments = new Intl.DateTimeFormat("en-GB", {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
});
const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const clocks = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const relatives = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

/** 12,345 */
export const count = (number) => whole.format(number ?? 0);

/** 12.3K: for axes and tiles. */
export const shortCount = (number) => (number < 10_000 ? whole : compact).format(number);

/** 3.2% of a whole that may be nothing. */
export const share = (part, total) => (total > 0 ? percents.format(part / total) : "–");

/**
 * Dollars, with as many digits as it takes to see something.
 *
 * @param {string|number|null|undefined} amount a decimal string of the API
 * @param {number} [digits] after the point, where amounts stand under each other
 */
export function dollars(amount, digits) {
    if (amount === null || amount === undefined || amount === "") return "–";
    const size = Math.abs(Number(amount));
    const shown = digits ?? (size === 0 || size >= 1 ? 2 : size >= 0.01 ? 4 : 6);
    const text = size.toLocaleString("en", {
        minimumFractionDigits: shown, maximumFractionDigits: shown,
    });
    return `${Number(amount) < 0 ? "−" : ""}$${text}`;
}

/** Dollars at an axis whose marks are this far apart: all with the same digits. */
export function dollarMark(amount, step) {
    const digits = [2, 3, 4, 5, 6].find((count) => Number.isInteger(
        Number((step * 10 ** count).toPrecision(9)))) ?? 6;
    return dollars(amount, digits);
}

/** 840 ms, 2.4 s, 3 min 5 s */
export function milliseconds(number) {
    if (number === null || number === undefined) return "–";
    if (number < 1000) return `${Math.round(number)} ms`;
    if (number < 60_000) return `${Number((number / 1000).toFixed(number < 10_000 ? 2 : 1))} s`;
    return `${Math.floor(number / 60_000)} min ${Math.round((number % 60_000) / 1000)} s`;
}

/** 21 Nov 2026, 09:30 */
export const moment = (date) => moments.format(new Date(date));

/** 21 Nov 2026 */
export const date = (moment) => dates.format(new Date(moment));

/** 09:30:12 */
export const clock = (date) => clocks.format(new Date(date));

/** 21 Nov, of a day in UTC. */
export const day = (date) => days.format(new Date(date));

const UNITS = [
    ["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60],
];

/** 5 min. ago, in 3 days */
export function relative(date, now = Date.now()) {
    const seconds = Math.round((new Date(date).getTime() - now) / 1000);
    for (const [unit, size] of UNITS) {
        if (Math.abs(seconds) >= size) return relatives.format(Math.trunc(seconds / size), unit);
    }
    return seconds > 0 ? "in a moment" : "just now";
}

/** One key, 2 keys */
export const plural = (number, one, many = `${one}s`) =>
    `${count(number)} ${number === 1 ? one : many}`;
