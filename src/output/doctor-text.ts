import type { Finding } from '../doctor/check.ts';
import { plural, sanitizePath } from '../util/text.ts';
import { diagnosticLine } from './diagnostic-text.ts';
import type { Style, StyleName } from './style.ts';

const labels: Readonly<Record<Finding['severity'], readonly [label: string, name: StyleName]>> = {
  info: ['ok', 'good'],
  warning: ['warning', 'warning'],
  error: ['error', 'bad'],
};

/** Returns a line per finding with its hint below it, then the totals. `quiet` leaves only errors. */
export function doctorText(
  findings: readonly Finding[],
  { quiet, style }: { readonly quiet: boolean; readonly style: Style },
): string {
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
  return lines.map((line) => `${line}\n`).join('');
}
