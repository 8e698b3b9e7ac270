import { getOrInsert } from '../../../../../util/collections.ts';
import {
  reportDefaults,
  type CoverageFormat,
  type FileCoverage,
  type Hits,
} from '../../coverage-format.ts';
import { HitCounter, hitsOrNull, sumHits } from '../../parse/hit-counter.ts';
import { countLines, createLineTables, type LineTable } from '../../parse/line-table.ts';
import { countIn, parseXml, type Attributes } from '../../parse/xml-stream.ts';

/** One source file, in all groups that have it. */
interface SourceFile {
  readonly table: LineTable;
  readonly lines: HitCounter;
  readonly instructions: HitCounter;
}

/**
 * JaCoCo XML (JaCoCo, Kover, gcovr; https://www.jacoco.org/jacoco/trunk/coverage/report.dtd).
 *
 * Counters repeat at each level; only the direct children of `<report>` are its totals. Without them, the source files are
 * added. gcovr before 8 writes those of its last class there, and no source files: its totals are those of the packages. Classes that were compiled without line numbers have no LINE counter: then instructions are counted.
 * A `<line>` without instructions, as gcovr writes it, does not show whether it ran.
 */
export const jacoco = {
  name: 'jacoco',
  tools: 'JaCoCo, Kover, Android, gcovr',
  recognizes: ({ root, elements }) =>
    root === 'report' &&
    ['sessioninfo', 'group', 'package', 'counter'].some((name) => elements.has(name)),
  parse: async (chunks) => {
    const totals = new Map<string, HitCounter>();
    const packages = new Map<string, HitCounter>();
    const sources = new Map<string, SourceFile>();
    const classes = new Map<string, SourceFile>();
    const tables = createLineTables();
    let packageName = '';
    let source: SourceFile | null = null;
    let reportTime: number | null = null;
    await parseXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        const parent = path.at(-2);
        if (name === 'package') packageName = attributes['name'] ?? '';
        if (name === 'sessioninfo') reportTime = latest(reportTime, Number(attributes['dump']));
        const fileName = attributes[name === 'class' ? 'sourcefilename' : 'name'];
        if (name === 'class') source = null;
        if ((name === 'sourcefile' || name === 'class') && fileName !== undefined) {
          const key = [packageName, fileName].filter(Boolean).join('/');
          source = getOrInsert(name === 'class' ? classes : sources, key, () => ({
            table: tables.create(),
            lines: new HitCounter(),
            instructions: new HitCounter(),
          }));
        }
        if (name === 'line' && parent === 'sourcefile') {
          const [covered, line] = [countIn(attributes['ci']), countIn(attributes['nr'])];
          if (covered !== null && line !== null) source?.table.add(line, covered > 0);
        }
        if (name !== 'counter') return;
        const hits = hitsOf(attributes);
        const type = attributes['type'] ?? '';
        const sums = [totals, packages][path.length - 2];
        if (sums) getOrInsert(sums, type, () => new HitCounter()).addHits(hits);
        if (parent !== 'sourcefile' && parent !== 'class') return;
        if (type === 'LINE') source?.lines.addHits(hits);
        if (type === 'INSTRUCTION') source?.instructions.addHits(hits);
      },
    });
    const totalOf = (type: string): Hits | null => {
      const [total, sum] = [hitsOrNull(totals.get(type)), hitsOrNull(packages.get(type))];
      return sum && sum.total > (total?.total ?? 0) ? sum : total;
    };
    const all = sources.size > 0 ? sources : classes;
    const files = Array.from(all, ([path, { table, lines }]): FileCoverage => {
      const states = table.lines();
      const counted = countLines(states);
      return counted.total > 0 || lines.total === 0
        ? { path, ...counted, lines: states }
        : { path, ...sumHits([lines]), lines: null };
    });
    const counted = totalOf('LINE') ?? hitsOrNull(sumHits(files));
    const byInstruction = Array.from(all, ([path, { instructions }]): FileCoverage => ({
      path,
      ...sumHits([instructions]),
      lines: null,
    })).filter(({ total }) => total > 0);
    return {
      ...reportDefaults,
      ...(counted ?? totalOf('INSTRUCTION') ?? sumHits(byInstruction)),
      metric: counted ? 'line' : 'instruction',
      branches: totalOf('BRANCH'),
      functions: totalOf('METHOD'),
      reportTime,
      files: counted ? files : byInstruction,
    };
  },
} as const satisfies CoverageFormat;

/** Returns the hits of a counter; 0 of 0 if it has no valid numbers. */
function hitsOf(attributes: Attributes): Hits {
  const [covered, missed] = [countIn(attributes['covered']), countIn(attributes['missed'])];
  return covered === null || missed === null
    ? { covered: 0, total: 0 }
    : { covered, total: covered + missed };
}

/** Returns the later of two times in milliseconds since 1970. */
function latest(one: number | null, other: number): number | null {
  return other > 0 && other < 1e15 ? Math.max(one ?? 0, other) : one;
}
