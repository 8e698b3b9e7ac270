import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  CoverageFormat,
  Report,
} from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';
import { ReportError } from '../../../../../../src/syncs/quality/report/report-file.ts';
import { sizeFor } from '../../../../../helpers/torture.ts';
import { inChunks } from '../../../../../unit/syncs/quality/in-chunks.ts';
import { samples } from './samples.ts';

/** How many changes of each kind a report gets. */
const cuts = sizeFor({ suite: 40, torture: 400 });
const numbers = sizeFor({ suite: 15, torture: 200 });
const strings = sizeFor({ suite: 20, torture: 200 });
const randomChanges = sizeFor({ suite: 40, torture: 2000 });

/** Returns the report, or null if it is rejected with a message. */
async function read(format: CoverageFormat, content: string | Uint8Array): Promise<Report | null> {
  try {
    const report = await format.parse(inChunks(content));
    // The caller rejects these for all formats.
    return report.covered > report.total ? null : report;
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    expect(error.message).not.toBe('');
    return null;
  }
}

const isCount = (number: number): boolean => Number.isSafeInteger(number) && number >= 0;

/** Expects that the numbers of a report are valid counts. */
function expectValidCounts(report: Report | null): void {
  if (report === null) return;
  const { covered, total, branches, functions, files, reportTime } = report;
  for (const hits of [{ covered, total }, branches, functions, ...(files ?? [])]) {
    if (hits !== null) expect([hits.covered, hits.total].every(isCount), 'counts').toBe(true);
  }
  if (reportTime !== null) expect(Number.isFinite(reportTime)).toBe(true);
  for (const { lines } of files ?? []) {
    if (lines !== null) expect(lines.length).toBeLessThan(100_000_000);
  }
}

const numbersOf = ({ covered, total, branches, functions }: Report): object => ({
  covered,
  total,
  branches,
  functions,
});

describe.each(samples)('a report of $name', ({ format, text, kind }) => {
  test('never covers more than the complete report when it is truncated', async () => {
    const whole = await format.parse(inChunks(text));
    const end = text.trimEnd().length;
    const step = Math.max(1, Math.floor(end / cuts));
    for (let length = 0; length < end; length += step) {
      const cut = await read(format, text.slice(0, length));
      expectValidCounts(cut);
      // A line-based format has no end marker. In all others a part is not a valid report.
      if (kind !== 'lines') expect(cut, `the first ${String(length)} characters`).toBeNull();
      else expect(cut?.covered ?? 0).toBeLessThanOrEqual(whole.covered);
    }
  });

  test('has a total of 0 when it is empty or blank', async () => {
    for (const blank of ['', ' ', '\n\n\t\n', '\0'.repeat(100)]) {
      const report = await read(format, blank);
      expectValidCounts(report);
      expect(report?.total ?? 0).toBe(0);
    }
  });

  test('gives the same numbers with CRLF line endings', async () => {
    const whole = await format.parse(inChunks(text));
    const other = await format.parse(inChunks(text.replaceAll(/\r?\n/g, '\r\n')));
    expect(numbersOf(other)).toEqual(numbersOf(whole));
  });

  test('gives the same numbers with Windows paths', async () => {
    const whole = await format.parse(inChunks(text));
    const backslash = kind === 'json' ? '\\\\' : '\\';
    const path = /[\w.@-]+(?:\/[\w.@-]+)+\.\w+/g;
    const lines = text.split('\n').map((line) => {
      // The URL of a document type and a Go module path are not files.
      if (/^mode:|<!DOCTYPE|xmlns|https?:/.test(line) || format.name === 'go') return line;
      return line.replaceAll(path, (one) => `C:/${one}`.replaceAll('/', backslash));
    });
    const other = await format.parse(inChunks(lines.join('\n')));
    expect(numbersOf(other)).toEqual(numbersOf(whole));
  });

  const odd = [
    ...['-1', '1.5', '1e999', '-1e999', '9007199254740993', '18446744073709551615', '1e-7'],
    ...['NaN', 'null', '""', '[]', '{}', 'true', '"12"', '0x10', ' ', '\u0661'],
  ];

  test.each(odd)('has valid counts or is rejected with %j in place of a number', async (number) => {
    const offsets = [...text.matchAll(/(?<![\w.])\d+(?![\w.])/g)].map(({ index }) => index);
    const step = Math.max(1, Math.floor(offsets.length / numbers));
    for (let at = 0; at < offsets.length; at += step) {
      const offset = offsets[at] ?? 0;
      const rest = text.slice(offset).replace(/^\d+/, () => number);
      expectValidCounts(await read(format, text.slice(0, offset) + rest));
    }
  });

  test('has valid counts or is rejected with other values in place of a string', async () => {
    const words = [...text.matchAll(/"[^"\n]*"/g)];
    const step = Math.max(1, Math.floor(words.length / strings));
    for (let at = 0; at < words.length; at += step) {
      const { index, 0: word } = words[at] ?? Object.assign([''] as const, { index: 0 });
      for (const other of [
        '"__proto__"',
        '"constructor"',
        '"\u202e\u001b[2J"',
        '""',
        '7',
        '[[]]',
      ]) {
        expectValidCounts(
          await read(format, text.slice(0, index) + other + text.slice(index + word.length)),
        );
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('has valid counts or is rejected when bytes are changed, lost or duplicated', async () => {
    const bytes = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            at: fc.nat(bytes.length - 1),
            length: fc.nat(40),
            edit: fc.constantFrom('drop', 'duplicate', 'set'),
            byte: fc.nat(255),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        async (changes) => {
          let content = bytes;
          for (const { at, length, edit, byte } of changes) {
            const [head, tail] = [content.subarray(0, at), content.subarray(at + length)];
            const middle = content.subarray(at, at + length);
            const put = edit === 'duplicate' ? [middle, middle] : edit === 'set' ? [[byte]] : [];
            content = Buffer.concat([head, ...put.map((one) => Buffer.from(one)), tail]);
          }
          expectValidCounts(await read(format, content));
        },
      ),
      { numRuns: randomChanges },
    );
  });

  test('is rejected when it is nested 100,000 levels deep', async () => {
    const deep = {
      json: ['['.repeat(100_000), `${'{"a":'.repeat(100_000)}1`],
      xml: ['<a>'.repeat(100_000)],
      lines: ['SF:'.repeat(100_000)],
    }[kind];
    // After the start by which it is recognized.
    const head = text.slice(0, text.lastIndexOf(kind === 'xml' ? '<' : '\n') + 1);
    for (const more of deep) {
      const report = await read(format, head + more);
      expectValidCounts(report);
      if (kind !== 'lines') expect(report).toBeNull();
    }
  });
});

describe.each(samples.filter(({ kind }) => kind === 'xml'))('XML of $name', ({ format, text }) => {
  const root = /<[A-Za-z]+/.exec(text.replace(/<!DOCTYPE[^>]*>/, ''))?.[0].slice(1) ?? '';
  const body = text.slice(text.indexOf(`<${root}`));
  const lines = Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY l${String(at + 1)} "${`&l${String(at)};`.repeat(10)}">`,
  );

  test('is rejected when it uses an entity bomb', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE ${root} [<!ENTITY l0 "ha">${lines.join('')}]>`;
    const inside = body.replace(/<[A-Za-z]+[^>]*>/, (tag) => `${tag}&l9;`);
    expect(await read(format, bomb + inside)).toBeNull();
    // An entity that is declared and not used is harmless.
    const whole = await format.parse(inChunks(text));
    expect(await format.parse(inChunks(bomb + body))).toMatchObject(numbersOf(whole));
  });

  test('is rejected when it uses an external entity', async () => {
    const outside = `<!DOCTYPE ${root} [<!ENTITY x SYSTEM "file:///etc/passwd">]>`;
    const inside = body.replace(/<[A-Za-z]+[^>]*>/, (tag) => `${tag}&x;`);
    expect(await read(format, outside + inside)).toBeNull();
  });

  test('is rejected when elements are not closed or closed in the wrong order', async () => {
    const closed = body.trimEnd();
    expect(await read(format, closed.slice(0, closed.lastIndexOf('</')))).toBeNull();
    expect(await read(format, closed.replace('</', '</x></'))).toBeNull();
    expect(await read(format, `${closed}<${root}>`)).toBeNull();
  });

  test('is rejected when a text is longer than 2 Mi characters', async () => {
    const inside = body.replace(/<[A-Za-z]+[^>]*>/, (tag) => `${tag}${'x'.repeat(3 * 2 ** 20)}`);
    expect(await read(format, inside)).toBeNull();
  });
});
