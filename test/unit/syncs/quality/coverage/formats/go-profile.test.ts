import { expect, test } from 'vitest';
import { goProfile } from '../../../../../../src/syncs/quality/coverage/formats/text/go-profile.ts';
import { ReportError } from '../../../../../../src/syncs/quality/report/report-file.ts';
import { inChunks } from '../../in-chunks.ts';

const parse = (...blocks: readonly string[]): ReturnType<typeof goProfile.parse> =>
  goProfile.parse(inChunks(Buffer.from(['mode: set', ...blocks, ''].join('\n'))));

test('goProfile returns the lines of the blocks, so that profiles can be merged', async () => {
  const { covered, total, files } = await parse(
    'example.com/shop/cart.go:3.10,5.2 2 1',
    'example.com/shop/cart.go:5.2,6.3 1 0',
    'example.com/shop/cart.go:8.1,8.9 0 0',
  );
  expect({ covered, total }).toEqual({ covered: 2, total: 3 });
  expect(Array.from(files?.[0]?.lines?.subarray(0, 9) ?? [])).toEqual([0, 0, 0, 2, 2, 2, 1, 0, 0]);
});

test('goProfile rejects blocks with too many lines', async () => {
  const blocks = Array.from(
    { length: 50 },
    (_, index) => `a.go:${String(index + 1)}.1,900000.1 1 1`,
  );
  await expect(parse(...blocks)).rejects.toThrow(ReportError);
});
