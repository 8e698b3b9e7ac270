import { sanitizeLine } from '../util/text.ts';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly date: Date;
  /** Unique, without the brackets. */
  readonly id: string;
}

/** Bytes of UTF-8 in one encoded word: a line with one has at most 76 characters (RFC 2047, section 2). */
const wordBytes = 39;
const headerColumns = 76;
const bodyColumns = 76;

/**
 * Returns a message with its headers (RFC 5322) for the stdin of `sendmail`, with the line ends of the system.
 * Recipients are in the header `To`. The subject is one encoded line, so it can't add headers.
 */
export function mailText({ from, to, subject, text, date, id }: Mail): string {
  const isPlain = /^[\n -~]*$/.test(text) && text.split('\n').every((line) => line.length < 900);
  return [
    `From: sync-runner <${from}>`,
    `To: ${to.join(',\n ')}`,
    `Subject: ${encodeHeader(sanitizeLine(subject, 200))}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Transfer-Encoding: ${isPlain ? '7bit' : 'base64'}`,
    // No replies by vacation programs (RFC 3834).
    'Auto-Submitted: auto-generated',
    '',
    isPlain ? text : columns(Buffer.from(text).toString('base64'), bodyColumns).join('\n'),
    '',
  ].join('\n');
}

/** Returns a header value as encoded words (RFC 2047), unless it is short ASCII that can't be taken for one. */
function encodeHeader(value: string): string {
  const isAscii = /^[ -~]*$/.test(value) && !value.includes('=?');
  if (isAscii && value.length <= headerColumns - 'Subject: '.length) return value;
  const words: string[] = [];
  let word = '';
  for (const character of value) {
    if (Buffer.byteLength(word + character) > wordBytes) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word]
    .map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`)
    .join('\n ');
}

const columns = (text: string, width: number): readonly string[] =>
  Array.from({ length: Math.ceil(text.length / width) }, (_, at) =>
    text.slice(at * width, (at + 1) * width),
  );
