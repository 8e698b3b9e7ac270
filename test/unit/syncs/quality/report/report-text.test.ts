import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { coverageFormats } from '../../../../../src/syncs/quality/coverage/formats/registry.ts';
import { decodeText } from '../../../../../src/syncs/quality/report/decode-text.ts';
import { decompress } from '../../../../../src/syncs/quality/report/decompress.ts';
import { readSignature } from '../../../../../src/syncs/quality/report/report-signature.ts';
import { inChunks } from '../in-chunks.ts';
import { signatureOf } from '../signature-of.ts';

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const chunk of chunks) pieces.push(Buffer.from(chunk));
  return Buffer.concat(pieces).toString();
}

const text = '<coverage line-rate="1">Zürich 🙂</coverage>';
const utf16 = Buffer.from(text, 'utf16le');

test.each([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
  ['UTF-16LE with a byte order mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
  ['UTF-16LE', utf16],
  [
    'UTF-16BE with a byte order mark',
    Buffer.from(Buffer.from(`\ufeff${text}`, 'utf16le')).swap16(),
  ],
  ['UTF-16BE', Buffer.from(utf16).swap16()],
])('decodeText returns %s as UTF-8, in chunks of any size', async (_, bytes) => {
  for (const size of [3, 7, 1000]) {
    expect(await textOf(decodeText(inChunks(bytes, size)))).toBe(text);
  }
});

test('decompress returns the content of a gzip file and refuses more than the limit', async () => {
  const bytes = gzipSync('x'.repeat(100_000));
  expect(await textOf(decompress(inChunks(bytes, 16), 'a.gz', 200_000))).toHaveLength(100_000);
  await expect(textOf(decompress(inChunks(bytes), 'a.gz', 50_000))).rejects.toThrow(/larger than/);
  const damaged = Buffer.from(bytes).fill(0, 20, 40);
  await expect(textOf(decompress(inChunks(damaged), 'a.gz', 200_000))).rejects.toThrow(
    /is not valid gzip/,
  );
  expect(await textOf(decompress(inChunks('plain'), 'a', 10))).toBe('plain');
});

const filler = 'x'.repeat(100_000);

test.each([
  [
    'gcovr',
    `{"files":[{"file":"a.c","data":"${filler}","functions":[],"lines":[]}],"gcovr/format_version":"0.6"}`,
  ],
  ['istanbul', `{"a.js":{"s":{"0":1},"code":"${filler}","path":"a.js","statementMap":{}}}`],
  [
    'coverage.py',
    `{"files":{"${filler}":{}},"totals":{"covered_lines":1},"meta":{"branch_coverage":true}}`,
  ],
  ['simplecov', `{"coverage":{"a.rb":{"x":"${filler}"}},"meta":{"simplecov_version":"1"}}`],
  ['cobertura', `<?xml version="1.0"?><!--${filler}--><coverage line-rate="1"/>`],
  ['cobertura', `<!DOCTYPE coverage [<!ELEMENT x (y)><!--${filler}-->]><coverage line-rate="1"/>`],
  ['lcov', `${'# comment\n'.repeat(20_000)}TN:\nSF:a.c\n`],
  ['jacoco', '<report><package name="p"/></report>'],
])('a report of %s is recognized wherever its members are', async (name, content) => {
  const signature = await signatureOf(content);
  const known = coverageFormats.filter((format) => format.recognizes(signature));
  expect(known.map((format) => format.name)).toEqual([name]);
});

test('readSignature stops when the format is recognized', async () => {
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of inChunks(`{"a":{"statementMap":"${filler.repeat(50)}"}}`)) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  const signature = await readSignature(chunks(), ({ keys }) => keys.has('2.statementMap'));
  expect(signature.isComplete).toBe(false);
  expect(bytes).toBeLessThan(200_000);
});
