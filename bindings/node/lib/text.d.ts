import type { Dialect } from './answers.js';

/**
 * Writes an agent's answer as WhatsApp text. Bold, italic, struck and code are written with WhatsApp's marks, a link as
 * `text: url`, a table as code or as lines. Code and URLs are left as they are.
 * Formatting twice changes nothing unless the dialect is Markdown.
 *
 * @param text The answer. Half of a surrogate pair becomes U+FFFD.
 * @param dialect What it is written in; "auto" by default.
 * @throws {InvalidArgumentError} The text holds a NUL, or there is no such dialect.
 */
export declare function format(text: string, dialect?: Dialect): string;

/**
 * Splits a WhatsApp text into messages that fit. A part ends between paragraphs and items of a list where it can, else
 * after a line, a sentence or a word. URLs, and characters that are drawn as one, are kept whole. A mark or a block of code
 * that goes on is closed and opened again.
 *
 * @param text The text, as `format` gives it. Half of a surrogate pair becomes U+FFFD.
 * @param limit The most UTF-16 units of a part, which is what `length` counts; 0, the default, for the 4 096 of the Cloud
 * API. Twilio takes 1 600, a caption 1 024.
 * @returns The parts, none of them blank: a blank text has none.
 * @throws {InvalidArgumentError} The text holds a NUL, or the limit is out of range.
 */
export declare function split(text: string, limit?: number): string[];
