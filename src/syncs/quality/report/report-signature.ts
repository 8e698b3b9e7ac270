import { SaxesParser } from 'saxes';

/** The parts of a report by which its format is recognized, in whatever order they are written. */
export interface ReportSignature {
  /** The start of the text. */
  readonly text: string;
  /** JSON: the keys with the number of objects and arrays around them, as in `2.statementMap`. */
  readonly keys: ReadonlySet<string>;
  /** XML: the name of the root element; null in other files. */
  readonly root: string | null;
  /** XML: the attributes of the root element. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
  /** XML: the names of the elements in it. */
  readonly elements: ReadonlySet<string>;
  /** Why the XML is malformed; null if the part that was read is well-formed. */
  readonly problem: string | null;
  /** Whether the file was read to its end. */
  readonly isComplete: boolean;
}

const maxTextLength = 65_536;
/** For each depth. */
const maxKeys = 2000;
const maxKeyDepth = 5;
const maxKeyBytes = 4096;
/** XML is recognized by its root and the first elements in it. */
const maxBytesAfterRoot = 1024 * 1024;
const pieceBytes = 16_384;

/**
 * Reads a file until `isRecognized` returns true, or to its end: a member that shows the format may be the last one.
 */
export async function readSignature(
  chunks: AsyncIterable<Buffer>,
  isRecognized: (signature: ReportSignature) => boolean,
): Promise<ReportSignature> {
  const reader = new SignatureReader();
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += pieceBytes) {
      reader.push(chunk.subarray(start, start + pieceBytes));
      if (reader.isEnough || isRecognized(reader.signature)) return reader.signature;
    }
  }
  reader.signature.isComplete = true;
  return reader.signature;
}

type Kind = 'json' | 'xml' | 'text';

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

class SignatureReader {
  readonly signature: Writable<ReportSignature>;
  readonly #keys = new Set<string>();
  readonly #elements = new Set<string>();
  #kind: Kind | null = null;
  #scanJson: ((bytes: Buffer) => void) | null = null;
  #xml: SaxesParser | null = null;
  #bytesAfterRoot = 0;

  constructor() {
    this.signature = {
      text: '',
      keys: this.#keys,
      root: null,
      attributes: {},
      elements: this.#elements,
      problem: null,
      isComplete: false,
    };
  }

  /** Whether more bytes would not help to recognize the format. */
  get isEnough(): boolean {
    // A text that starts with so many blanks has no format.
    if (this.#kind === 'text' || this.#kind === null)
      return this.signature.text.length >= maxTextLength;
    return this.#kind === 'xml' && (this.#xml === null || this.#bytesAfterRoot > maxBytesAfterRoot);
  }

  push(bytes: Buffer): void {
    const { signature } = this;
    if (signature.text.length < maxTextLength) {
      signature.text += bytes.toString('latin1');
      // Comments may fill the start of a tracefile.
      if (this.#kind === 'text') signature.text = withoutComments(signature.text);
    }
    this.#kind ??= this.#start(signature.text);
    if (this.#kind === 'json') this.#scanJson?.(bytes);
    if (this.#kind === 'xml') this.#parseXml(bytes);
  }

  #start(text: string): Kind | null {
    const first = text.trimStart()[0];
    if (first === undefined) return null;
    if (first === '{' || first === '[') {
      this.#scanJson = createKeyScanner(this.#keys);
      return 'json';
    }
    if (first !== '<') {
      this.signature.text = withoutComments(text);
      return 'text';
    }
    const parser = new SaxesParser();
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('opentag', ({ name, attributes }) => {
      if (this.signature.root === null) {
        this.signature.root = name;
        this.signature.attributes = attributes;
      } else if (this.#elements.size < maxKeys) this.#elements.add(name);
    });
    this.#xml = parser;
    return 'xml';
  }

  #parseXml(bytes: Buffer): void {
    if (this.signature.root !== null) this.#bytesAfterRoot += bytes.length;
    try {
      // The names are ASCII in every encoding that reaches this point.
      this.#xml?.write(bytes.toString('latin1'));
    } catch (error) {
      this.signature.problem = error instanceof Error ? error.message : null;
      this.#xml = null;
    }
  }
}

/** Returns a text without the blank lines and the `#` comments at its start. */
const withoutComments = (text: string): string => text.replace(/^(?:[^\S\n]*(?:#[^\n]*)?\n)+/, '');

/** Returns a function that adds the keys in the next bytes of a JSON text to a set. */
function createKeyScanner(keys: Set<string>): (bytes: Buffer) => void {
  const counts = new Uint32Array(maxKeyDepth + 1);
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  /** The bytes of the current or last string, which is a key if a colon follows. */
  let text = '';
  return (bytes) => {
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === 0x5c) isEscaped = true;
        else if (byte === 0x22) {
          inString = false;
          if (text.length < maxKeyBytes) text += bytes.toString('latin1', start, at);
        }
        continue;
      }
      if (byte === 0x22) {
        inString = true;
        text = '';
        start = at + 1;
      } else if (byte === 0x7b || byte === 0x5b) depth += 1;
      else if (byte === 0x7d || byte === 0x5d) depth -= 1;
      else if (byte === 0x3a && (counts[depth] ?? maxKeys) < maxKeys) {
        counts[depth] = (counts[depth] ?? 0) + 1;
        keys.add(`${String(depth)}.${text}`);
      }
    }
    if (inString && text.length < maxKeyBytes) text += bytes.toString('latin1', start);
  };
}
