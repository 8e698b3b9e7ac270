import { sanitizePath } from '../util/text.ts';
import { attributesOf, type Content } from './view/element.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Escapes untrusted text for content and quoted attributes. */
const escapeText = (text: string): string =>
  sanitizePath(text, Infinity).replace(/[&<>"]/g, (character) => entities[character] ?? '');

const voidTags = new Set(['meta', 'link', 'br', 'hr', 'input']);

/** Returns content as HTML. */
export function renderHtml(content: Content): string {
  if (content === null || content === false) return '';
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string') return escapeText(content);
  if (!('tag' in content)) return content.map(renderHtml).join('');
  const { tag, children } = content;
  const attributes = attributesOf(content).map(([name, value]) =>
    value === '' && name !== 'value' && name !== 'alt'
      ? ` ${name}`
      : ` ${name}="${escapeText(value)}"`,
  );
  const start = `<${tag}${attributes.join('')}>`;
  return voidTags.has(tag) ? start : `${start}${renderHtml(children)}</${tag}>`;
}
