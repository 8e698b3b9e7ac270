import { sanitizeLine, sanitizePath } from '../util/text.ts';
import type { Finding } from '../doctor/check.ts';
import type { Paint, Tone } from './style.ts';

const tones: Readonly<Record<Finding['level'], Tone>> = {
  ok: 'good',
  warn: 'warning',
  fail: 'bad',
};

/** A line for each finding with its fix under it, and the sum of them last. */
export function doctorText(
  findings: readonly Finding[],
  { quiet, paint }: { readonly quiet: boolean; readonly paint: Paint },
): string {
  const shown = findings.filter(({ level }) => !quiet || level === 'fail');
  // A fix is pasted: its spaces stay as they are.
  const lines = shown.flatMap(({ level, message, hint: fix }) => [
    `${paint(tones[level], level.padEnd(4))}  ${sanitizeLine(message)}`,
    ...(fix === null ? [] : [`      fix: ${sanitizePath(fix)}`]),
  ]);
  const count = (level: Finding['level']): number =>
    findings.filter((finding) => finding.level === level).length;
  const sum = [
    `${String(count('ok'))} ok`,
    plural(count('warn'), 'warning'),
    plural(count('fail'), 'failure'),
  ];
  if (!quiet) lines.push(sum.join(', '));
  return lines.map((line) => `${line}\n`).join('');
}

const plural = (count: number, word: string): string =>
  `${String(count)} ${word}${count === 1 ? '' : 's'}`;
