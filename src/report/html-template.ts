import { sanitizePath } from '../util/text.ts';

/** Trusted markup. Strings that are interpolated into it are escaped. */
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

/** Escapes untrusted text for content and quoted attributes. */
const escapeText = (text: string): string =>
  sanitizePath(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** Templates without indentation, which would be a third of the page. */
const compactTemplates = new WeakMap<TemplateStringsArray, readonly string[]>();

function withoutIndentation(strings: TemplateStringsArray): readonly string[] {
  let short = compactTemplates.get(strings);
  if (short === undefined) {
    short = strings.map((text) => text.replace(/\s*\n\s*/g, '\n'));
    compactTemplates.set(strings, short);
  }
  return short;
}

/** Renders a template. Interpolated strings are escaped, `Html` is inserted unchanged and null is empty. */
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

/** Returns text as trusted markup; only for constants. */
export const rawHtml = (markup: string): Html => ({ markup });

export const emptyHtml = rawHtml('');
