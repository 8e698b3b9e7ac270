import type { Finding } from '../../doctor/check.ts';
import { plural, sanitizePath } from '../../util/text.ts';
import { diagnosticLine } from '../diagnostic-text.ts';
import type { RenderOptions } from './status-text.ts';
import type { StyleName } from '../style.ts';
import { hangingLines } from '../wrap-text.ts';

const labels: Readonly<Record<Finding['severity'], readonly [label: string, name: StyleName]>> = {
  info: ['ok', 'good'],
  warning: ['warning', 'warning'],
  error: ['error', 'bad'],
};

/** Returns a line per finding with its hint below it, then the totals. `quiet` leaves only errors. */
export async function doctorText(
  findings: readonly Finding[],
  { quiet, style, columns }: { readonly quiet: boolean } & Pick<RenderOptions, 'style' | 'columns'>,
): Promise<string> {
  const shown = findings.filter(({ severity }) => !quiet || severity === 'error');
  const lines = shown.flatMap(({ severity, hint, ...finding }) => {
    const [label, name] = labels[severity];
    return [
      `${style(name, label.padEnd(7))}  ${diagnosticLine(finding)}`,
      ...(hint === null ? [] : [`         fix: ${sanitizePath(hint)}`]),
    ];
  });
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const totals = [
    `${String(count('info'))} ok`,
    plural(count('warning'), 'warning'),
    plural(count('error'), 'error'),
  ];
  if (!quiet) lines.push(totals.join(', '));
  const wrapped = await hangingLines(lines, 9, columns);
  return wrapped.map((line) => `${line}\n`).join('');
}
