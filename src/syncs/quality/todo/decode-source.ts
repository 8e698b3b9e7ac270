import { TextDecoder } from 'node:util';
import * as z from 'zod/mini';

/** Returns the text of a source file in UTF-8: UTF-16 is converted, and a notebook is the text of its code cells. */
export function decodeSource(path: string, bytes: Buffer): Buffer {
  const text = fromUtf16(bytes);
  return /\.ipynb$/i.test(path) ? (codeOf(text) ?? text) : text;
}

/** Visual Studio and PowerShell write UTF-16, with a byte order mark. */
function fromUtf16(bytes: Buffer): Buffer {
  const first = bytes[0];
  const second = bytes[1];
  if (first === 0xff && second === 0xfe) {
    return Buffer.from(new TextDecoder('utf-16le').decode(bytes));
  }
  if (first === 0xfe && second === 0xff) {
    return Buffer.from(new TextDecoder('utf-16be').decode(bytes));
  }
  return bytes;
}

const cell = z.object({
  cell_type: z.optional(z.string()),
  source: z.union([z.string(), z.array(z.string())]),
});
const notebook = z.object({ cells: z.array(cell) });

/** Returns null if the text is not a Jupyter notebook. */
function codeOf(text: Buffer): Buffer | null {
  let content: unknown;
  try {
    content = JSON.parse(text.toString());
  } catch {
    return null;
  }
  const { data } = notebook.safeParse(content);
  if (data === undefined) return null;
  const cells = data.cells.filter(({ cell_type = 'code' }) => cell_type === 'code');
  return Buffer.from(
    cells.map(({ source }) => (typeof source === 'string' ? source : source.join(''))).join('\n'),
  );
}
