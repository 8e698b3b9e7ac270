import { sanitizeLine } from '../../util/text.ts';

/** Matches `README`, `readme.md`, `README.rst`, `README.de.md`, … */
export const isReadme = (name: string): boolean => /^readme(\.[a-z.-]{1,20})?$/i.test(name);

const maxCharacters = 32_768;

/**
 * Returns the first paragraph of a README (Markdown or reStructuredText) as plain text, skipping titles,
 * badges, images, HTML, lists, tables and code. Null without one.
 */
export function firstParagraph(readme: string, maxLength: number): string | null {
  const text = withoutBlocks(readme.slice(0, maxCharacters).replace(/\r\n?/g, '\n'));
  for (const lines of paragraphs(text)) {
    const paragraph = lines.join(' ');
    // A row of links is navigation: the text must be prose without them.
    const prose = inline(paragraph.replace(link, ' '));
    if (!isProse(prose) || isAdvertisement(inline(paragraph))) continue;
    return sanitizeLine(inline(paragraph), maxLength);
  }
  return null;
}

/** Two words, or eight letters of a script that does not use spaces. */
const isProse = (text: string): boolean =>
  (text.match(/\p{L}+/gu) ?? []).length >= 2 || /\p{Lo}{8}/u.test(text);

/** Words of announcements, requests for money or attention, and of rows of links, which are not about the project. */
const advertisement =
  /\b(?:sponsor(?:s|ed|ing|ship)?|donat(?:e|ions?)|patreon|open ?collective|buy me a coffee|ko-fi|t-shirts?|mugs?|merch|hiring|newsletter|discount|coupon|promo code|webinar|now available|out now|pre-?order|follow (?:us|me)|join (?:us|our|the)|star (?:us|this)|support (?:us|me|my work|this project|the project)|special thanks|check out (?:my|our)|sign up|subscribe|brought to you by|work in progress|we(?:'|’)re live|read the announcement|(?:looking|searching) for (?:maintainers|contributors|sponsors))\b/i;
const isAdvertisement = (text: string): boolean =>
  advertisement.test(text) || (/ [|•·] /.test(text) && !/[.!?。](?:\s|$)/.test(text));

// Repetitions are bounded so that untrusted text can't cause excessive backtracking.
const image = /!\[[^\]\n]{0,500}\](\([^)\n]{0,2000}\)|\[[^\]\n]{0,200}\])/g;
const link =
  /\[([^\][\n]{0,500})\](\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\)|\[[^\]\n]{0,200}\])/g;
/** Containers of buttons, tables and hidden text, which are never the description if they have several lines. */
const decoration =
  /<(kbd|table|details|picture|video|svg|script|style|pre)\b[^<>]{0,500}>[^]{0,4000}?<\/\1>/gi;
const tag = /<\/?[A-Za-z][^<>]{0,2000}>/g;
const heading = /<h([1-6])\b[^<>]{0,500}>[^]{0,1000}?<\/h\1>/gi;

function withoutBlocks(text: string): string {
  let rest = text;
  for (const [start, end] of [
    ['<!--', '-->'],
    ['```', '\n```'],
    ['~~~', '\n~~~'],
  ] as const) {
    rest = withoutSpans(rest, start, end);
  }
  // Front matter: `---`, `key: value` lines, `---` at the very start.
  if (rest.startsWith('---\n')) rest = rest.slice(Math.max(0, rest.indexOf('\n---', 3) + 4));
  return rest
    .replace(heading, '\n\n')
    .replace(decoration, (block) => (block.includes('\n') ? '\n\n' : block))
    .replace(image, '');
}

function withoutSpans(text: string, start: string, end: string): string {
  const outside: string[] = [];
  let position = 0;
  for (;;) {
    const from = text.indexOf(start, position);
    if (from === -1) return outside.join('\n') + text.slice(position);
    outside.push(text.slice(position, from));
    const to = text.indexOf(end, from + start.length);
    if (to === -1) return outside.join('\n');
    position = to + end.length;
  }
}

const underline = /^([=\-~^*"'#+`:.])\1{2,}$/;
const noProse =
  /^(#{1,6}(\s|$)|\||\.\. |:[\w -]{1,40}:( |$)|[-*+] |\d{1,3}[.)] |\[[^\]]{1,100}\]:|\[![A-Z]{1,20}\]$)/;

/** Yields blocks of lines between empty lines, without titles and without blocks that begin as a list or table. */
function* paragraphs(text: string): Generator<readonly string[]> {
  let lines: string[] = [];
  let isSkipping = false;
  for (const raw of [...text.split('\n'), '']) {
    const line = raw.replace(/^\s{0,3}(>\s?)?/, '').trimEnd();
    if (line.trim() === '') {
      if (lines.length > 0) yield lines;
      lines = [];
      isSkipping = false;
    } else if (underline.test(line)) {
      // The line above is a title.
      lines = [];
    } else if (noProse.test(line)) {
      // A title is one line; lines after a list item belong to the list.
      if (lines.length > 0) yield lines;
      lines = [];
      isSkipping = !line.startsWith('#') && !line.startsWith('[!');
    } else if (!isSkipping) {
      lines.push(line.trim());
    }
  }
}

/** Returns a text of a manifest as one line, without markup; empty for badges and advertisements. */
export function plainText(text: string, maxLength: number): string {
  const line = sanitizeLine(inline(text.slice(0, maxCharacters).replace(image, '')), maxLength);
  return isAdvertisement(line) ? '' : line;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
};

/** Returns a paragraph without Markdown, HTML and reStructuredText markup. */
function inline(text: string): string {
  return text
    .replace(link, '$1')
    .replace(/<(https?:[^<>\s]{1,500})>/g, '$1')
    .replace(tag, '')
    .replace(/`([^`<\n]{1,300}) <[^>\n]{1,1000}>`_{1,2}/g, '$1')
    .replace(/(^|\s):[a-z0-9_+-]{2,40}:(?=\s|$)/g, '$1')
    .replace(/[*`]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, '')
    .replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity);
}
