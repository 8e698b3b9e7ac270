import type { CoverageFormat } from '../../coverage-format.ts';
import { HitCounter, sumHits } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';
import { countIn, parseXml } from '../../parse/xml-stream.ts';

/** The XML of NCover 1.5, which counts sequence points. */
export const ncover = {
  name: 'ncover',
  tools: 'NCover 1.5',
  recognizes: ({ root, attributes }) =>
    root === 'coverage' && attributes['profilerVersion'] !== undefined,
  parse: async (chunks) => {
    const report = new ReportBuilder();
    const points = new HitCounter();
    await parseXml(chunks, {
      open: (path, attributes) => {
        if (path.at(-1) !== 'seqpnt' || attributes['excluded'] === 'true') return;
        const isHit = Number(attributes['visitcount'] ?? '0') > 0;
        points.add(isHit);
        const line = countIn(attributes['line']);
        if (line !== null) report.at(attributes['document'] ?? '').add(line, isHit);
      },
    });
    return report.toReport({ ...sumHits([points]), metric: 'sequencePoint' });
  },
} as const satisfies CoverageFormat;
