/** The parser takes up to 1 ms per KiB of hostile input; real manifests are far smaller. */
const maxLength = 64 * 1024;

/** Parses TOML. The parser is loaded on first use. Throws if the text is invalid or too long. */
export async function parseToml(text: string): Promise<unknown> {
  if (text.length > maxLength) throw new Error('too large');
  const { parse } = await import('smol-toml');
  return parse(text);
}
