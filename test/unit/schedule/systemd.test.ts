import { expect, test } from 'vitest';
import { quoteArgument, quoteProgram, systemd } from '../../../src/schedule/schedulers/systemd.ts';
import { exampleHost, exampleJob } from './examples.ts';

test('quoteArgument escapes specifiers and variables, and quoteProgram only specifiers', () => {
  expect(quoteArgument('a b%h$HOME\\"\t')).toBe('"a b%%h$$HOME\\\\\\"\\t"');
  expect(quoteProgram('/a b%h$HOME')).toBe('"/a b%%h$HOME"');
  expect([';', '', '--flag=1'].map(quoteArgument)).toEqual(['";"', '""', '--flag=1']);
});

test('systemd recognizes an active, an unknown and an outdated timer', () => {
  const probe = systemd.stateProbe?.(exampleJob, exampleHost);
  const active = 'UnitFileState=enabled\nActiveState=active\nNeedDaemonReload=no\n';
  expect(probe?.parse(active)).toBe(probe?.expected);
  expect(probe?.parse('UnitFileState=\nActiveState=inactive\nNeedDaemonReload=no\n')).toBeNull();
  expect(probe?.parse(active.replace('=no', '=yes'))).not.toBe(probe?.expected);
});

test('systemd parses the next start from JSON, and returns null for the table of old versions', () => {
  const parse = systemd.nextStartProbe?.(exampleJob).parse;
  expect(parse?.('[{"next":1795000000000000,"last":null}]')).toEqual(new Date(1_795_000_000_000));
  expect(parse?.('[]')).toBeNull();
  expect(parse?.('NEXT LEFT LAST\n')).toBeNull();
});
