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
