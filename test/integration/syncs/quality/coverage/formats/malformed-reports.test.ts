import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  CoverageFormat,
  Report,
} from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';
import { ReportError } from '../../../../../../src/syncs/quality/report/report-file.ts';
import { inChunks } from '../../../../../unit/syncs/quality/in-chunks.ts';
import { samples } from './samples.ts';

/** What a report says, as the reader takes it; null for one that is refused in so many words. */
async function read(format: CoverageFormat, content: string | Uint8Array): Promise<Report | null> {
  try {
    const report = await format.parse(inChunks(content));
    // The reader refuses these for all formats.
    return report.covered > report.total ? null : report;
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    expect(error.message).not.toBe('');
    return null;
  }
}

const isCount = (number: number): boolean => Number.isSafeInteger(number) && number >= 0;

/** Whatever a report holds, its numbers are counts that fit each other. */
function expectSound(report: Report | null): void {
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
  ...{ covered, total, branches, functions },
});

describe.each(samples)('a report of $name', ({ format, text, kind }) => {
  test('that is cut off anywhere never tells more than the whole', async () => {
    const whole = await format.parse(inChunks(text));
    const end = text.trimEnd().length;
    const step = Math.max(1, Math.floor(end / 120));
    for (let length = 0; length < end; length += step) {
      const cut = await read(format, text.slice(0, length));
      expectSound(cut);
      // Formats of lines have no end; of all others a part is no report.
      if (kind !== 'lines') expect(cut, `the first ${String(length)} characters`).toBeNull();
      else expect(cut?.covered ?? 0).toBeLessThanOrEqual(whole.covered);
    }
  });

  test('with nothing in it, or only blanks, has no numbers', async () => {
    for (const nothing of ['', ' ', '\n\n\t\n', '\0'.repeat(100)]) {
      const report = await read(format, nothing);
      expectSound(report);
      expect(report?.total ?? 0).toBe(0);
    }
  });

  test('says the same with the line ends of Windows', async () => {
    const whole = await format.parse(inChunks(text));
    const other = await format.parse(inChunks(text.replaceAll(/\r?\n/g, '\r\n')));
    expect(numbersOf(other)).toEqual(numbersOf(whole));
  });

  test('says the same with the paths of Windows', async () => {
    const whole = await format.parse(inChunks(text));
    const backslash = kind === 'json' ? '\\\\' : '\\';
    const path = /[\w.@-]+(?:\/[\w.@-]+)+\.\w+/g;
    const lines = text.split('\n').map((line) => {
      // What a document type or a module path leads to is no file.
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

  test.each(odd)('with %j for a number stays sound', async (number) => {
    const places = [...text.matchAll(/(?<![\w.])\d+(?![\w.])/g)].map(({ index }) => index);
    const step = Math.max(1, Math.floor(places.length / 60));
    for (let at = 0; at < places.length; at += step) {
      const place = places[at] ?? 0;
      const rest = text.slice(place).replace(/^\d+/, () => number);
      expectSound(await read(format, text.slice(0, place) + rest));
    }
  });

  test('with other values in any place stays sound', async () => {
    const words = [...text.matchAll(/"[^"\n]*"/g)];
    const step = Math.max(1, Math.floor(words.length / 80));
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
        expectSound(
          await read(format, text.slice(0, index) + other + text.slice(index + word.length)),
        );
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('with bytes that were changed, lost or doubled stays sound', async () => {
    const bytes = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            at: fc.nat(bytes.length - 1),
            length: fc.nat(40),
            what: fc.constantFrom('drop', 'double', 'set'),
            byte: fc.nat(255),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        async (changes) => {
          let content = bytes;
          for (const { at, length, what, byte } of changes) {
            const [head, tail] = [content.subarray(0, at), content.subarray(at + length)];
            const middle = content.subarray(at, at + length);
            const put = what === 'double' ? [middle, middle] : what === 'set' ? [[byte]] : [];
            content = Buffer.concat([head, ...put.map((one) => Buffer.from(one)), tail]);
          }
          expectSound(await read(format, content));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('that is nested without end is refused', async () => {
    const deep = {
      json: ['['.repeat(100_000), `${'{"a":'.repeat(100_000)}1`],
      xml: ['<a>'.repeat(100_000)],
      lines: ['SF:'.repeat(100_000)],
    }[kind];
    // Behind the beginning by which it is known.
    const head = text.slice(0, text.lastIndexOf(kind === 'xml' ? '<' : '\n') + 1);
    for (const more of deep) {
      const report = await read(format, head + more);
      expectSound(report);
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

  test('with a bomb of entities resolves none of them', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE ${root} [<!ENTITY l0 "ha">${lines.join('')}]>`;
    const inside = body.replace(/<[A-Za-z]+[^>]*>/, (tag) => `${tag}&l9;`);
    expect(await read(format, bomb + inside)).toBeNull();
    // Declared but not used it is nothing.
    const whole = await format.parse(inChunks(text));
    expect(await format.parse(inChunks(bomb + body))).toMatchObject(numbersOf(whole));
  });

  test('with an entity from outside opens no file', async () => {
    const outside = `<!DOCTYPE ${root} [<!ENTITY x SYSTEM "file:///etc/passwd">]>`;
    const inside = body.replace(/<[A-Za-z]+[^>]*>/, (tag) => `${tag}&x;`);
    expect(await read(format, outside + inside)).toBeNull();
  });

  test('that is not closed, or closed in the wrong order, is refused', async () => {
    const closed = body.trimEnd();
    expect(await read(format, closed.slice(0, closed.lastIndexOf('</')))).toBeNull();
    expect(await read(format, closed.replace('</', '</x></'))).toBeNull();
    expect(await read(format, `${closed}<${root}>`)).toBeNull();
  });

  test('with a text of megabytes is refused before it is kept', async () => {
    const inside = body.replace(/<[A-Za-z]+[^>]*>/, (tag) => `${tag}${'x'.repeat(3 * 2 ** 20)}`);
    expect(await read(format, inside)).toBeNull();
  });
});
