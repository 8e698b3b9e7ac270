/** The parser needs up to 1 ms for a hostile KiB, and may not hold the run; real manifests are far smaller. */
const maxLength = 64 * 1024;

/** Parses TOML; the parser is loaded only when a project has such a manifest. Throws for what is no TOML. */
export async function parseToml(text: string): Promise<unknown> {
  if (text.length > maxLength) throw new Error('too large');
  const { parse } = await import('smol-toml');
  return parse(text);
}
