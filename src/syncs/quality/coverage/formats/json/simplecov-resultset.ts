import * as z from 'zod/mini';
import { getOrInsert } from '../../../../../util/collections.ts';
import { streamMembers, type ChooseAction } from '../../../report/json-stream.ts';
import { ReportError } from '../../../report/report-error.ts';
import { parseUnixTime, sessionMs } from '../../../report/report-time.ts';
import { type CoverageFormat, type ReadSource } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { hitsOrNull } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const lineHits = z.array(z.nullable(z.number()));
const fileMember = z.union([
  // Before 0.18 a file had only an array of lines.
  lineHits,
  z.object({
    lines: lineHits,
    branches: z.optional(z.record(z.string(), z.record(z.string(), z.number()))),
  }),
]);
const trackedFiles = z.nullish(z.array(z.string()));
const choose: ChooseAction = (key, _path, depth) =>
  depth === 1 || (depth === 2 && key === 'coverage') ? 'enter' : 'read';

/** The first and the last line of a range that SimpleCov ignores. */
type IgnoredRanges = readonly (readonly [first: number, last: number])[];

/**
 * The .resultset.json of SimpleCov: by command (`rspec`, `cucumber`), file and line. It includes the lines
 * between `:nocov:` comments, which SimpleCov omits from its percentage (lib/simplecov/source_file.rb), so they
 * are looked up in the source. A deleted source has none. Commands that ended more than 10 minutes before the last one
 * don't count (`merge_timeout`).
 *
 * Since 1.0, files that no command loaded are not in it, but named by `tracked_files`. Only Ruby can tell their lines apart,
 * so that their number is unknown; coverage.json contains it.
 */
export const simplecovResultset = {
  name: 'simplecov-results',
  tools: 'SimpleCov (`.resultset.json`)',
  rounding: 'down',
  recognizes: ({ keys }) =>
    keys.has('2.coverage') && (keys.has('4.lines') || keys.has('2.timestamp')),
  parse: async (chunks, readSource = () => Promise.resolve(null)) => {
    const commands = new Map<string, Command>();
    const unloaded = new Set<string>();
    const ignoredRangesOf = createIgnoredRangesLookup(readSource);
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      const name = path?.replace(/\.coverage$/, '') ?? '';
      const command = getOrInsert(commands, name, () => ({ time: null, files: [] }));
      if (key === 'tracked_files') {
        for (const tracked of checkMember(trackedFiles, key, value) ?? []) unloaded.add(tracked);
      }
      if (key === 'timestamp' && typeof value === 'number') command.time = parseUnixTime(value);
      if (!path?.endsWith('.coverage')) continue;
      const file = checkMember(fileMember, key, value);
      const { lines, branches = {} } = Array.isArray(file) ? { lines: file } : file;
      command.files.push({ path: key, lines, branches });
    }
    for (const { files } of commands.values()) for (const { path } of files) unloaded.delete(path);
    if (unloaded.size > 0) {
      throw new ReportError('does not contain the files that no test loaded: keep coverage.json');
    }
    const times = [...commands.values()].flatMap(({ time }) => time ?? []);
    const reportTime = times.length > 0 ? Math.max(...times) : null;
    const report = new ReportBuilder();
    const branchHits = new Map<string, boolean>();
    for (const { time, files } of commands.values()) {
      if (time !== null && reportTime !== null && time < reportTime - sessionMs) continue;
      for (const { path, lines, branches } of files) {
        const ignored = await ignoredRangesOf(path);
        const table = report.at(path);
        for (const [index, hits] of lines.entries()) {
          if (hits === null || overlaps(ignored, index + 1, index + 1)) continue;
          table.add(index + 1, hits > 0);
        }
        for (const [condition, outcomes] of Object.entries(branches)) {
          for (const [outcome, hits] of Object.entries(outcomes)) {
            if (overlaps(ignored, ...linesOf(outcome))) continue;
            const name = JSON.stringify([path, condition, outcome]);
            branchHits.set(name, hits > 0 || branchHits.get(name) === true);
          }
        }
      }
    }
    const covered = [...branchHits.values()].filter(Boolean).length;
    const branches = hitsOrNull({ covered, total: branchHits.size });
    return report.toReport({ branches, reportTime });
  },
} as const satisfies CoverageFormat;

/** One command that ran tests, such as `rspec`. */
interface Command {
  /** When it ended, in milliseconds since 1970. */
  time: number | null;
  readonly files: {
    readonly path: string;
    readonly lines: z.infer<typeof lineHits>;
    readonly branches: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }[];
}

/** Returns the lines of `[:then, 1, 21, 35, 21, 38]`: type, id, first line and column, last line and column. */
function linesOf(outcome: string): readonly [first: number, last: number] {
  const [, first, last] = /^\[:\w+, \d+, (\d{1,9}), \d+, (\d{1,9}), \d+\]$/.exec(outcome) ?? [];
  return [Number(first ?? 0), Number(last ?? 0)];
}

const overlaps = (ranges: IgnoredRanges, first: number, last: number): boolean =>
  ranges.some(([from, to]) => first <= to && last >= from);

function createIgnoredRangesLookup(
  readSource: ReadSource,
): (path: string) => Promise<IgnoredRanges> {
  const known = new Map<string, IgnoredRanges>();
  return async (path) => {
    const ranges = known.get(path) ?? ignoredRanges((await readSource(path)) ?? '');
    known.set(path, ranges);
    return ranges;
  };
}

/** Ranges from one `# :nocov:` to the next, both included; an unmatched one extends to the end of the file. */
function ignoredRanges(source: string): IgnoredRanges {
  if (!source.includes(':nocov:')) return [];
  const marks: number[] = [];
  for (const [index, line] of source.split('\n').entries()) {
    if (/^\s*#\s*:nocov:/.test(line)) marks.push(index + 1);
  }
  return marks.flatMap((mark, index) =>
    index % 2 === 0 ? [[mark, marks[index + 1] ?? Infinity] as const] : [],
  );
}
