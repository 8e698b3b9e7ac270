import { parseUnixTime } from '../../../report/report-time.ts';
import type { CoverageFormat } from '../../coverage-format.ts';
import { HitCounter, hitsOrNull, sumHits } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';
import { countIn, hitsIn, parseXml, type Attributes } from '../../parse/xml-stream.ts';

/** The XML of Scoverage (sbt-scoverage, Mill), which counts statements; a statement may be a branch. */
export const scoverage = {
  name: 'scoverage',
  tools: 'sbt-scoverage, Mill',
  recognizes: ({ root }) => root === 'scoverage',
  parse: async (chunks) => {
    const report = new ReportBuilder();
    const statements = new HitCounter();
    let root: Attributes = {};
    await parseXml(chunks, {
      open: (path, attributes) => {
        if (path.length === 1) root = attributes;
        if (path.at(-1) !== 'statement' || attributes['ignored'] === 'true') return;
        const isHit = Number(attributes['invocation-count'] ?? '0') > 0;
        statements.add(isHit);
        if (attributes['branch'] === 'true') report.branches.add(isHit);
        const line = countIn(attributes['line']);
        if (line !== null) report.at(attributes['source'] ?? '').add(line, isHit);
      },
    });
    const stated = hitsOrNull(hitsIn(root, 'statements-invoked', 'statement-count'));
    return report.toReport({
      ...(stated ?? sumHits([statements])),
      metric: 'statement',
      reportTime: parseUnixTime(root['timestamp']),
    });
  },
} as const satisfies CoverageFormat;
