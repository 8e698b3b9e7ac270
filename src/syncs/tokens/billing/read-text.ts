/** The longest page that is believed: days times models times workspaces are some hundred thousand bytes. */
const maxBytes = 16 * 1024 * 1024;

/** The body of an answer as text, unpacked; null when it is too long, whatever its header says. */
export async function readText({ body }: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream: AsyncIterable<Uint8Array> = body ?? emptyStream();
  for await (const chunk of stream) {
    size += chunk.byteLength;
    // Leaving the loop ends the connection.
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

// eslint-disable-next-line @typescript-eslint/require-await -- nothing comes
async function* emptyStream(): AsyncGenerator<Uint8Array> {
  yield* [];
}
