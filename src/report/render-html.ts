import { escapeMarkup } from '../util/markup.ts';
import { sanitizePath } from '../util/text.ts';
import { attributesOf, type Content } from './view/element.ts';

/** Escapes untrusted text for content and quoted attributes. */
const escapeText = (text: string): string => escapeMarkup(sanitizePath(text, Infinity));

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
