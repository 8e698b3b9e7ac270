import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mailText } from '../../../src/notify/mail-text.ts';
import { anyCodePoint } from '../../helpers/any-code-point.ts';

const mail = (subject: string, text: string): string =>
  mailText({
    ...{ from: 'a@example.com', to: ['b@example.com'], subject, text },
    ...{ date: new Date('2026-11-28T10:00:00Z'), id: 'id@example.com' },
  });

/** Decodes a header of encoded words (RFC 2047), between which white space does not count. */
const decode = (value: string): string =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=/g, (_, base64: string) =>
      Buffer.from(base64, 'base64').toString('utf8'),
    );

test('mailText has the same headers for any subject and text, and short ASCII lines', () => {
  const any = fc.string({ unit: anyCodePoint, maxLength: 400 });
  fc.assert(
    fc.property(any, any, (subject, text) => {
      const [head = '', ...body] = mail(subject, text).split('\n\n');
      const names = head.split('\n').flatMap((line) => /^([A-Za-z-]+):/.exec(line)?.[1] ?? []);
      expect(names.join(' ')).toBe(
        'From To Subject Date Message-ID MIME-Version Content-Type Content-Transfer-Encoding Auto-Submitted',
      );
      for (const line of head.split('\n')) expect(line).toMatch(/^[ -~]{0,100}$/);
      if (head.includes('base64')) {
        expect(Buffer.from(body.join(''), 'base64').toString('utf8')).toBe(
          Buffer.from(text).toString('utf8'),
        );
      }
    }),
  );
});

test.each(['plain', 'Größe über 80 %', '💸'.repeat(60), '=?UTF-8?B?QQ==?=', 'x'.repeat(150)])(
  'mailText encodes the subject %s so that it can be decoded',
  (subject) => {
    const [, header = ''] = /\nSubject: ([^]*?)\nDate:/.exec(mail(subject, 'text')) ?? [];
    for (const line of `Subject: ${header}`.split('\n'))
      expect(line.length).toBeLessThanOrEqual(76);
    const decoded = subject.startsWith('=?') ? '=?UTF-8?B?QQ==?=' : subject;
    expect(decode(header)).toBe(decoded);
  },
);
