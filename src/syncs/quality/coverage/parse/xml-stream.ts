import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';
import { ReportError } from '../../report/report-file.ts';
import type { Hits } from '../coverage-format.ts';

export type Attributes = Readonly<Record<string, string | undefined>>;

/** Callbacks for the parts of a document. `path` holds the names of the open elements, outermost first. */
export interface XmlHandlers {
  /** Called at the start of an element; the last name of the path is its own. */
  readonly open?: (path: readonly string[], attributes: Attributes) => void;
  readonly text?: (path: readonly string[], text: string) => void;
}

const maxDepth = 64;
// The parser buffers a text, comment or doctype until its end.
const maxTextLength = 2 * 1024 * 1024;

/**
 * Parses an XML document from a stream, in the encoding that it declares. DTDs and entities are never resolved.
 * Throws `ReportError` if the document is not well-formed, is nested deeper than 64 levels, or has a text longer than
 * 2 Mi characters.
 */
export async function parseXml(
  chunks: AsyncIterable<Buffer>,
  { open, text }: XmlHandlers,
): Promise<void> {
  const parser = new SaxesParser();
  const path: string[] = [];
  let bufferedLength = 0;
  parser.on('error', (error) => {
    throw new ReportError(error.message, { cause: error });
  });
  parser.on('opentag', ({ name, attributes }) => {
    bufferedLength = 0;
    path.push(name);
    if (path.length > maxDepth) {
      throw new ReportError(`line ${String(parser.line)}: nested too deep`);
    }
    open?.(path, attributes);
  });
  if (text) {
    parser.on('text', (content) => {
      text(path, content);
    });
  }
  parser.on('closetag', () => {
    bufferedLength = 0;
    path.pop();
  });
  const write = (piece: string): void => {
    parser.write(piece);
    bufferedLength += piece.length;
    if (bufferedLength > maxTextLength) {
      throw new ReportError(`line ${String(parser.line)}: a text is too long`);
    }
  };
  let decoder: TextDecoder | null = null;
  for await (const chunk of chunks) {
    decoder ??= createDecoder(chunk);
    write(decoder.decode(chunk, { stream: true }));
  }
  write(decoder?.decode() ?? '');
  parser.close();
}

/** Returns a decoder for the encoding that the start of a document declares. UTF-16 was decoded before. */
function createDecoder(start: Buffer): TextDecoder {
  const declaration = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']/;
  const label = declaration.exec(start.toString('latin1', 0, 200))?.[1] ?? '';
  try {
    return new TextDecoder(/^$|utf-?16|ucs-?2/i.test(label) ? 'utf-8' : label);
  } catch {
    return new TextDecoder();
  }
}

/** Returns a count in an attribute, which some tools write as `3.0`; null if it is missing or not a count. */
export const countIn = (value: string | undefined): number | null =>
  value !== undefined && /^\d{1,15}(?:\.0*)?$/.test(value) ? Number(value) : null;

/** Returns the counts of two attributes; null if the element has no valid ones. */
export function hitsIn(
  attributes: Attributes,
  coveredName: string,
  totalName: string,
): Hits | null {
  const covered = countIn(attributes[coveredName]);
  const total = countIn(attributes[totalName]);
  return covered === null || total === null || covered > total ? null : { covered, total };
}
