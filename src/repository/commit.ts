import { cleanText } from '../contract/text.ts';
import type { Commit } from './repository.ts';

const maxCharacters = 200;

/** Parses a commit object as `git cat-file commit` prints it (git-cat-file(1), gitformat-commit). */
export function parseCommit(hash: string, object: Uint8Array): Commit {
  const bytes = Buffer.from(object);
  const headEnd = Math.max(0, bytes.indexOf('\n\n'));
  const header = bytes.toString('latin1', 0, headEnd);
  const encoding = /^encoding (\S+)$/m.exec(header)?.[1] ?? null;
  const people = decode(bytes.subarray(0, headEnd), encoding);
  const author = /^author (.*) <[^>]*> -?\d+ [+-]\d{4}$/m.exec(people)?.[1] ?? '';
  const seconds = /^committer .*> (-?\d+) [+-]\d{4}$/m.exec(people)?.[1];
  const message = decode(bytes.subarray(headEnd + 2), encoding).trimStart();
  // The subject is the first paragraph on one line, as git shows it.
  const subject = (/^[\s\S]*?(?=\n\s*\n|$(?![\s\S]))/.exec(message)?.[0] ?? '').replace(
    /\s*\n\s*/g,
    ' ',
  );
  return {
    hash,
    date: seconds === undefined ? null : instantOf(Number(seconds)),
    subject: cleanText(subject, maxCharacters),
    author: cleanText(author, maxCharacters),
  };
}

function instantOf(seconds: number): string | null {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString() : null;
}

/** UTF-8 if it is valid, else what the commit says, else the encoding that old editors wrote. */
function decode(bytes: Buffer, encoding: string | null): string {
  for (const label of ['utf-8', encoding, 'windows-1252']) {
    if (label === null) continue;
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      continue;
    }
  }
  return bytes.toString('latin1');
}
