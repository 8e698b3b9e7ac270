// Control characters (C0, C1), line separators and the marks that turn text around.
const unprintable =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text from outside, safe to store and to print: control characters replaced, at most 500 characters. */
export const printable = (text: string): string =>
  text.slice(0, 500).replace(unprintable, '\ufffd');
