import { withMicroUsd } from '../schema/micro-usd.ts';

// Control and bidirectional characters that JSON.stringify does not escape.
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Returns JSON on one line with a newline, with integer amounts beside decimal ones. Characters that affect a terminal
 * are escaped.
 */
export const jsonLine = (document: object): string =>
  `${JSON.stringify(withMicroUsd(document)).replace(unsafe, escaped)}\n`;

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
