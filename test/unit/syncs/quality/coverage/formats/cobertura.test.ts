import { expect, test } from 'vitest';
import { cobertura } from '../../../../../../src/syncs/quality/coverage/formats/xml/cobertura.ts';
import type { Report } from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';
import { inChunks } from '../../in-chunks.ts';
import { signatureOf } from '../../signature-of.ts';

const parse = (xml: string): Promise<Report> => cobertura.parse(inChunks(xml));
const document = (attributes: string, classes: string): string =>
  `<?xml version="1.0"?><coverage line-rate="0.9" ${attributes}><sources><source>/src</source></sources>` +
  `<packages><package name="p"><classes>${classes}</classes></package></packages></coverage>`;
const line = (number: number, hits: number | string): string =>
  `<line number="${String(number)}" hits="${String(hits)}"/>`;

test('cobertura uses the counts of the root and not its rounded rates', async () => {
  const report = await parse(
    document('lines-valid="13" lines-covered="10" branches-valid="0" branches-covered="0"', ''),
  );
  expect(report).toMatchObject({ covered: 10, total: 13, branches: null, sourceRoots: ['/src'] });
});

test('cobertura counts lines per file when the root has no counts, as in old versions', async () => {
  const classes =
    `<class filename="a.cs"><methods><method name="m"><lines>${line(1, 1)}${line(9, 1)}</lines></method></methods>` +
    `<lines>${line(1, 1)}${line(2, 0)}</lines></class>` +
    `<class filename="a.cs"><lines>${line(2, '18446744073709551615')}${line(3, -1)}</lines></class>`;
  const report = await parse(document('', classes));
  expect(report).toMatchObject({ covered: 2, total: 3 });
  expect(report.files?.length).toBe(1);
});

test('cobertura recognizes a report whose root has no counts and rates', async () => {
  const lines = `<lines>${line(1, 1)}${line(2, 0)}</lines>`;
  const xml = document('', `<class filename="a.c">${lines}</class>`).replace('line-rate="0.9"', '');
  expect(cobertura.recognizes(await signatureOf(xml))).toBe(true);
  expect(await parse(xml)).toMatchObject({ covered: 1, total: 2 });
});

test('cobertura returns a total of 0 for a report without lines, whatever its rate', async () => {
  expect(await parse(document('lines-valid="0" lines-covered="0"', ''))).toMatchObject({
    total: 0,
  });
});

test.each([
  ['1795440800', 1_795_440_800_000],
  ['1795440801128', 1_795_440_801_128],
  ['0', null],
  ['yesterday', null],
])('cobertura reads the timestamp %s in seconds or milliseconds', async (timestamp, time) => {
  const report = await parse(document(`timestamp="${timestamp}"`, ''));
  expect(report.reportTime).toBe(time);
});

test('cobertura rejects a document that uses an entity', async () => {
  const bomb =
    '<!DOCTYPE coverage [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' +
    '<coverage line-rate="1"><sources><source>&b;</source></sources></coverage>';
  expect(cobertura.recognizes(await signatureOf(bomb))).toBe(true);
  await expect(parse(bomb)).rejects.toThrow(/undefined entity/);
});

test('cobertura does not read an external document type', async () => {
  const external = document('', '').replace(
    '?>',
    '?><!DOCTYPE coverage SYSTEM "file:///etc/passwd">',
  );
  expect(await parse(external)).toMatchObject({ total: 0 });
});

test.each([
  ['<coverage line-rate="1"><packages></coverage>', /^1:\d+: /],
  [`<coverage line-rate="1">${'<a>'.repeat(1000)}`, /nested too deep/],
  [`<coverage line-rate="1">${' '.repeat(4_000_000)}</coverage>`, /a text is too long/],
  [
    document('', `<class filename="a"><lines>${line(5e11, 1)}</lines></class>`),
    /names line 500000000000/,
  ],
  [
    document('', '<class filename="a"><lines><line number="x" hits="1"/></lines></class>'),
    /names line NaN/,
  ],
])('cobertura rejects malformed document %#', async (xml, problem) => {
  await expect(parse(xml)).rejects.toThrow(problem);
});

test('cobertura does not recognize Clover, SonarQube and JaCoCo documents', async () => {
  const heads = [
    '<?xml version="1.0"?><coverage generated="1" clover="3.2.0"><project timestamp="1"><metrics/>',
    '<coverage version="1"><file path="a.js"><lineToCover/></file></coverage>',
    '<report name="x"><counter type="LINE" missed="1" covered="2"/></report>',
  ];
  for (const head of heads) {
    expect(cobertura.recognizes(await signatureOf(head))).toBe(false);
  }
});
