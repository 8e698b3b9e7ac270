export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

/** Parses XML. Throws an error if it is malformed. */
export function parseXml(text: string): Element;

/** Returns what is wrong with the bytes of a definition. */
export function violationsOf(bytes: Buffer): readonly string[];
