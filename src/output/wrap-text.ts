import { widthOf } from './width.ts';

/** Returns a text in lines of at most `columns`, broken between words; in one line for null. */
export async function wrapText(text: string, columns: number | null): Promise<string> {
  if (columns === null) return text;
  const width = await widthOf([text]);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && width(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}

const unbreakable = /^\s*fix: /;
// eslint-disable-next-line no-control-regex -- escape sequences of colours
const colors = /\u001b\[\d+m/g;

/**
 * Returns lines of at most `columns`, broken between words and continued with an indent; unchanged for null. Commands
 * to paste and longer words are not broken.
 */
export async function hangingLines(
  lines: readonly string[],
  indent: number,
  columns: number | null,
): Promise<readonly string[]> {
  if (columns === null) return lines;
  const width = await widthOf(lines.map((line) => line.replace(colors, '')));
  return lines.flatMap((line) => {
    if (unbreakable.test(line)) return [line];
    const broken: string[] = [];
    let last = '';
    for (const word of line.split(/(?<=\S)(?= )/)) {
      if (last !== '' && width((last + word).replace(colors, '')) > columns) {
        broken.push(last);
        last = ' '.repeat(indent) + word.trimStart();
      } else last += word;
    }
    return [...broken, last];
  });
}
