import * as z from 'zod/mini';
import { readMembers } from '../../report/json-stream.ts';
import { checked } from '../parse/check-member.ts';
import { hitsOrNull, type CoverageFormat, type ReadSource } from '../coverage-format.ts';
import { createLineFiles, sumHits } from '../parse/line-files.ts';
import { stampOf } from '../parse/unix-time.ts';

const lineHits = z.array(z.nullable(z.number()));
const fileMember = z.union([
  // Before 0.18 a file was its lines alone.
  lineHits,
  z.object({
    lines: lineHits,
    branches: z.optional(z.record(z.string(), z.record(z.string(), z.number()))),
  }),
]);

/** The first and the last line of a piece that SimpleCov leaves out. */
type Skipped = readonly (readonly [first: number, last: number])[];

/**
 * SimpleCov's .resultset.json: by command (`rspec`, `cucumber`), by file, by line. It has the lines between
 * `:nocov:` comments too, which SimpleCov leaves out of its number (its source_file.rb): the source tells
 * where they are. A source that is gone has none.
 */
export const simplecovResults: CoverageFormat = {
  name: 'simplecov-results',
  hasLines: true,
  rounding: 'down',
  recognizes: (head) =>
    /^\s*\{\s*"[^"]*"\s*:\s*\{\s*"coverage"\s*:\s*\{\s*(?:\}|"[^"]*"\s*:\s*(?:\[|\{\s*"lines"))/.test(
      head,
    ),
  parse: async (chunks, readSource = () => Promise.resolve(null)) => {
    const lineFiles = createLineFiles();
    const skippedOf = rememberSkipped(readSource);
    const branches = new Map<string, boolean>();
    let time: number | null = null;
    const treat = (key: string, _inside: string | null, depth: number): boolean | 'enter' =>
      depth === 1 || (depth === 2 && key === 'coverage') ? 'enter' : true;
    for await (const [key, value, inside] of readMembers(chunks, treat)) {
      if (key === 'timestamp' && typeof value === 'number') {
        time = Math.max(time ?? 0, stampOf(value) ?? 0) || null;
      }
      if (!inside?.endsWith('.coverage')) continue;
      const file = checked(fileMember, key, value);
      const { lines, branches: conditions = {} } = Array.isArray(file) ? { lines: file } : file;
      const skipped = await skippedOf(key);
      const table = lineFiles.at(key);
      for (const [index, hits] of lines.entries()) {
        if (hits !== null && !overlaps(skipped, index + 1, index + 1))
          table.add(index + 1, hits > 0);
      }
      for (const [condition, ways] of Object.entries(conditions)) {
        for (const [way, hits] of Object.entries(ways)) {
          const [first, last] = placeOf(way);
          if (overlaps(skipped, first, last)) continue;
          const name = JSON.stringify([key, condition, way]);
          branches.set(name, hits > 0 || branches.get(name) === true);
        }
      }
    }
    const files = lineFiles.files();
    const covered = [...branches.values()].filter((isHit) => isHit).length;
    return {
      ...{ ...sumHits(files), metric: 'line', functions: null },
      branches: hitsOrNull({ covered, total: branches.size }),
      ...{ reportTime: time, sourceRoots: [], files },
    };
  },
};

/** `[:then, 1, 21, 35, 21, 38]`: kind, number, first line and column, last line and column. */
function placeOf(way: string): readonly [first: number, last: number] {
  const [, first, last] = /^\[:\w+, \d+, (\d{1,9}), \d+, (\d{1,9}), \d+\]$/.exec(way) ?? [];
  return [Number(first ?? 0), Number(last ?? 0)];
}

const overlaps = (skipped: Skipped, first: number, last: number): boolean =>
  skipped.some(([from, to]) => first <= to && last >= from);

function rememberSkipped(readSource: ReadSource): (path: string) => Promise<Skipped> {
  const known = new Map<string, Skipped>();
  return async (path) => {
    const skipped = known.get(path) ?? skippedIn((await readSource(path)) ?? '');
    known.set(path, skipped);
    return skipped;
  };
}

/** From each `# :nocov:` to the next, both included; the last one reaches to the end when it is alone. */
function skippedIn(source: string): Skipped {
  if (!source.includes(':nocov:')) return [];
  const marks: number[] = [];
  for (const [index, line] of source.split('\n').entries()) {
    if (/^\s*#\s*:nocov:/.test(line)) marks.push(index + 1);
  }
  return marks.flatMap((mark, index) =>
    index % 2 === 0 ? [[mark, marks[index + 1] ?? Infinity] as const] : [],
  );
}
