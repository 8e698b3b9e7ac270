import { expect, test } from 'vitest';
import { readSignature } from '../../../../../src/syncs/quality/report/report-signature.ts';

// eslint-disable-next-line @typescript-eslint/require-await -- an endless stream
async function* blanks(onChunk: () => void): AsyncGenerator<Buffer> {
  for (;;) {
    onChunk();
    yield Buffer.alloc(16_384, ' ');
  }
}

test('readSignature stops reading a file that starts with 64 KiB of blanks', async () => {
  let chunks = 0;
  await readSignature(
    blanks(() => (chunks += 1)),
    () => false,
  );
  expect(chunks).toBe(4);
});
