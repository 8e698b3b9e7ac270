import { describe, expect, test } from 'vitest';
import { isWebAddress } from '../../../src/schema/notify.ts';
import { desktopCommand } from '../../../src/notify/channels/desktop.ts';
import { composeMessage, type Message } from '../../../src/notify/message.ts';
import { runUuid, tailOf } from '../../../src/notify/heartbeat.ts';
import { UserError } from '../../../src/util/errors.ts';
import { failureOf } from '../../../src/util/failure.ts';
import { webhookRequest } from '../../../src/notify/channels/webhook.ts';

const hostile = '\u001b]0;x\u0007<!channel> @everyone & "$(id)" `id` \u202e\n\r\0';

const messageWith = (text: string, count = 1): Message =>
  composeMessage('failure', {
    host: hostile,
    workspace: `/w/${hostile}`,
    run: '2026-11-23T10:00:00.000Z',
    failingSince: '2026-11-23T09:00:00.000Z',
    diagnostics: Array.from({ length: count }, () => failureOf(new UserError('data', text))),
    redact: (one) => one.replaceAll('secret', '***'),
  });

describe('composeMessage', () => {
  test('removes control characters and secrets from every field', () => {
    const message = messageWith(`${hostile} secret`);
    // eslint-disable-next-line no-control-regex -- The characters that must not occur.
    expect(JSON.stringify(message)).not.toMatch(/\\u00|\\r|\u202e|[\u0000-\u001f]|secret/);
    expect(message.text.split('\n')).toHaveLength(3);
    expect(message.text).toContain('failing since 2026-11-23T09:00:00.000Z');
  });

  test('lists ten problems and counts the others', () => {
    expect(messageWith('broken', 12).text).toContain('- and 2 more\n');
  });

  test('is truncated to the limits of Discord and ntfy without splitting a character', () => {
    const long = messageWith('😀'.repeat(400), 10);
    const { content } = JSON.parse(webhookRequest('discord', long).body) as { content: string };
    expect(content.length).toBeLessThanOrEqual(2000);
    expect(content.length).toBeGreaterThan(1990);
    expect(content).not.toMatch(/\p{Cs}/u);
    const { body, headers } = webhookRequest('ntfy', long);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
    expect(body).not.toMatch(/[\p{Cs}\ufffd]/u);
    expect(headers['Title']).toMatch(/^[ -~]+$/);
  });

  test('contains no mention when sent to Slack', () => {
    const { text } = JSON.parse(webhookRequest('slack', messageWith(hostile)).body) as {
      text: string;
    };
    expect(text).not.toMatch(/[<>]/);
    expect(text).toContain('&lt;!channel&gt;');
  });

  test.each(['linux', 'darwin', 'win32'] as const)(
    'is never a part of the script that shows it on %s',
    (platform) => {
      const one = desktopCommand(messageWith('one'), { platform });
      const other = desktopCommand(messageWith(`"; ${hostile}`), { platform });
      const isText = (_: string, index: number): boolean =>
        platform === 'win32' || index < one.args.length - 2;
      expect(other.args.filter(isText)).toEqual(one.args.filter(isText));
    },
  );
});

describe('tailOf', () => {
  test('returns the last complete lines that fit', () => {
    expect(tailOf('one\ntwo\nthree\n', 10)).toBe('three\n');
    expect(tailOf('short\n', 10)).toBe('short\n');
  });

  test('does not split a character of a line that is too long', () => {
    const tail = tailOf('é'.repeat(100), 11);
    expect(tail).toBe('é'.repeat(5));
  });
});

test('runUuid returns a UUID that is stable per run and differs between runs', () => {
  const rid = runUuid('/w', '2026-11-23T10:00:00.000Z');
  expect(rid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(runUuid('/w', '2026-11-23T10:00:00.000Z')).toBe(rid);
  expect(runUuid('/v', '2026-11-23T10:00:00.000Z')).not.toBe(rid);
});

test.each([
  ['https://hc-ping.com/abc', true],
  ['http://127.0.0.1:8000/x?y=z', true],
  ['file:///etc/passwd', false],
  ['https://user:password@example.com/', false],
  ['javascript:alert(1)', false],
  ['hc-ping.com/abc', false],
])('%s is an address to send to: %s', (text, expected) => {
  expect(isWebAddress(text)).toBe(expected);
});
