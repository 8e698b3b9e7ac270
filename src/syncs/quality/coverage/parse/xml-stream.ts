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
 * Parses an XML document from a stream. DTDs and entities are never resolved. Throws `ReportError` if the
 * document is not well-formed or not UTF-8, is nested deeper than 64 levels, or has a text longer than 2 Mi
 * characters.
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
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of chunks) write(decoder.decode(chunk, { stream: true }));
    write(decoder.decode());
  } catch (error) {
    if (error instanceof TypeError) throw new ReportError('is not UTF-8', { cause: error });
    throw error;
  }
  parser.close();
}

/** Returns the count in an attribute. Throws `ReportError` if it is missing or not a count. */
export function countOf(element: string, attributes: Attributes, name: string): number {
  const value = attributes[name];
  if (value === undefined || !/^\d{1,15}$/.test(value)) {
    throw new ReportError(`<${element}>: ${name} is not a count`);
  }
  return Number(value);
}

/** Returns the counts of two attributes; null if the element lacks one of them. */
export function hitsIn(
  element: string,
  attributes: Attributes,
  covered: string,
  total: string,
): Hits | null {
  if (attributes[covered] === undefined || attributes[total] === undefined) return null;
  return {
    covered: countOf(element, attributes, covered),
    total: countOf(element, attributes, total),
  };
}
