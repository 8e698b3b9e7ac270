import { expect, test } from 'vitest';
import {
  channelNames,
  hasChannels,
  notificationsFile,
  notifyOptions,
} from '../../../src/schema/notify.ts';

test('notify and notifications.json have one key per channel of the registry', () => {
  expect(Object.keys(notifyOptions.shape)).toEqual([
    ...['ping', ...channelNames, 'minSeverity', 'weeklyDigest'],
  ]);
  expect(Object.keys(notificationsFile.shape.lastSent.shape)).toEqual(channelNames);
  expect(Object.keys(notificationsFile.shape.lastNotices.def.innerType.shape)).toEqual(
    channelNames,
  );
});

test('notifications.json of a version with fewer or more channels is valid', () => {
  const sent = {
    event: 'failure',
    at: '2026-11-23T10:00:00.000Z',
    run: '2026-11-23T10:00:00.000Z',
  };
  const lastSent = { webhook: sent, pager: sent };
  const file = { schemaVersion: 1, failingSince: null, lastSent };
  expect(notificationsFile.parse(file).lastSent).toEqual({
    webhook: { ...sent, severity: 'error' },
  });
});

test.each([
  [{}, false],
  [{ desktop: false }, false],
  [{ desktop: true }, true],
  [{ ping: '$PING_URL' }, true],
  [{ webhook: { url: '$HOOK_URL' } }, true],
  [{ command: ['mail'] }, true],
])('hasChannels of %j is %s', (options, expected) => {
  expect(hasChannels(notifyOptions.parse(options))).toBe(expected);
});
