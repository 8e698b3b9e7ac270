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

/**
 * Returns a line per finding with its hint below it, then the totals. `quiet` leaves only errors. The agents without logs
 * are one line, except with `all`.
 */
export async function doctorText(
  all: readonly Finding[],
  form: { readonly quiet: boolean } & RenderOptions,
): Promise<string> {
  const { quiet, style, columns } = form;
  const findings = form.all ? all : joinAgents(all);
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

/** Joins the agents without logs: most users have a few of two dozen agents. */
function joinAgents(findings: readonly Finding[]): readonly Finding[] {
  const agents = findings.filter(({ code }) => code === 'no-agent-logs');
  const [first] = agents;
  if (first === undefined || agents.length === 1) return findings;
  const names = agents.map(({ subject }) => subject).join(', ');
  const message = `no logs of ${names} on this machine (--verbose shows where they were searched)`;
  const joined = { ...first, subject: null, message };
  return findings.flatMap((one) => (one === first ? [joined] : agents.includes(one) ? [] : [one]));
}
