import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteCronWord } from '../../../src/schedule/schedulers/crontab.ts';
import { hostileWords } from '../../unit/schedule/examples.ts';

/** What each cron passes to the shell as the command; null if it ends the command at a `%`. */
const crons = {
  'Debian cron, which unescapes `\\%` and `\\\\`': (command: string) =>
    endAtPercent(command.replace(/\\([\\%])/g, (_, character) => protect(String(character)))),
  'cronie, which unescapes `\\%`': (command: string) =>
    endAtPercent(command.replaceAll('\\%', protect('%'))),
  'a cron without escapes': (command: string) => endAtPercent(command),
} as const;

/** Stands for a `%` that does not end the command. */
const percent = '\uE000';
const protect = (character: string): string => (character === '%' ? percent : character);
const endAtPercent = (command: string): string | null =>
  command.includes('%') ? null : command.replaceAll(percent, '%');

test.each(Object.entries(crons))(
  'quoteCronWord passes every word unchanged through %s',
  (_name, cron) => {
    const command = cron(hostileWords.map(quoteCronWord).join(' '));
    expect(command).not.toBeNull();
    const script = `printf '%s\\0' ${command ?? ''}`;
    const output = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
    expect(output.split('\0').slice(0, -1)).toEqual([...hostileWords]);
  },
);
