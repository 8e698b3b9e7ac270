// What JSON.stringify leaves as it is, and what a terminal acts on or shows in another order.
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A document on one line, with its end: the same to a program, and harmless on a terminal. */
export const jsonLine = (document: object): string =>
  `${JSON.stringify(document).replace(unsafe, escaped)}\n`;

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
