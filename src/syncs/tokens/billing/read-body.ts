/** A page of days, models and workspaces has some hundred thousand bytes. */
const maxBytes = 16 * 1024 * 1024;

/** Returns the decompressed body as text, or null if it is longer than 16 MiB, whatever its header claims. */
export async function readBody({ body }: Response): Promise<string | null> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
