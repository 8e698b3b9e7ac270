import { sanitizePath } from '../util/text.ts';

/** Markup of our own making. Whatever is put into it as a string is text, and shown as text. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[] | null;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from outside, for content and for quoted attributes: names are hostile input. */
const escapeText = (text: string): string =>
  sanitizePath(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** Templates without their indentation, which would be a third of the page. */
const dense = new WeakMap<TemplateStringsArray, readonly string[]>();

function withoutIndentation(strings: TemplateStringsArray): readonly string[] {
  let short = dense.get(strings);
  if (short === undefined) {
    short = strings.map((text) => text.replace(/\s*\n\s*/g, '\n'));
    dense.set(strings, short);
  }
  return short;
}

/** A template whose parts are escaped, but for those that are `Html`; null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = withoutIndentation(strings);
  let markup = texts[0] ?? '';
  for (const [index, part] of parts.entries()) {
    markup += markupOf(part) + (texts[index + 1] ?? '');
  }
  return { markup };
}

function markupOf(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeText(part);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

/** Text that is markup already; only for constants of our own. */
export const raw = (markup: string): Html => ({ markup });

export const nothing = raw('');
