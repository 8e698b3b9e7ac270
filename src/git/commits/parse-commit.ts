import { timestampAt } from '../../util/dates.ts';
import { sanitizeLine } from '../../util/text.ts';
import type { CommitObject } from '../repository-cache.ts';

const maxCharacters = 200;
/** Limits of what is decoded of a header line and of a message: only their beginning is shown. */
const maxLineBytes = 2048;
const maxMessageBytes = 16_384;
const escape = 0x1b;
const newline = 0x0a;
const parentLine = Buffer.from('parent ');

/** Parses a commit object as printed by `git cat-file commit` (git-cat-file(1), git-commit-tree(1)). */
export function parseCommit(hash: string, object: Buffer): CommitObject {
  const headEnd = object.indexOf('\n\n');
  const head = headEnd < 0 ? object : object.subarray(0, headEnd + 1);
  const encoding = headerLine(head, 'encoding')?.toString('latin1') ?? null;
  const author = decode(headerLine(head, 'author') ?? Buffer.alloc(0), encoding);
  const seconds = committerSeconds(head);
  const message = headEnd < 0 ? Buffer.alloc(0) : object.subarray(headEnd + 2);
  return {
    hash,
    date: seconds === null ? null : timestampAt(seconds * 1000),
    subject: sanitizeLine(firstParagraph(decode(message, encoding)), maxCharacters),
    author: sanitizeLine(author.replace(/<.*$/, ''), maxCharacters),
    tree: /^tree ([0-9a-f]+)\n/.exec(head.toString('latin1', 0, 80))?.[1] ?? '',
  };
}

/** Returns the committer date of a commit object, in seconds since 1970; null without a valid one. */
export function committerSeconds(object: Buffer): number | null {
  const committer = headerLine(object, 'committer')?.toString('latin1') ?? '';
  const seconds = /^ (-?\d+) [+-]\d+$/.exec(committer.slice(committer.lastIndexOf('>') + 1))?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** Returns the ids of the `parent` lines at the start of a commit. */
export function parentsOf(commit: Buffer): readonly string[] {
  const parents: string[] = [];
  // The first line is `tree <id>`.
  for (let start = commit.indexOf(newline) + 1; start > 0;) {
    const end = commit.indexOf(newline, start);
    if (end < 0 || !commit.subarray(start, start + parentLine.length).equals(parentLine)) break;
    parents.push(commit.toString('latin1', start + parentLine.length, end));
    start = end + 1;
  }
  return parents;
}

/** Returns the value of a header line, cut off at `maxLineBytes`. */
function headerLine(head: Buffer, name: string): Buffer | null {
  const at = head.indexOf(`\n${name} `);
  if (at < 0) return null;
  const start = at + name.length + 2;
  const end = head.indexOf('\n', start);
  return head.subarray(start, Math.min(end < 0 ? head.length : end, start + maxLineBytes));
}

/** Like git's `%s`: the first paragraph on one line. */
function firstParagraph(message: string): string {
  const lines = message.trimStart().split('\n');
  const end = lines.findIndex((line) => line.trim() === '');
  return lines.slice(0, end < 0 ? lines.length : end).join(' ');
}

/** Decodes as UTF-8 if that is valid, else in the encoding of the commit, else as Windows-1252. */
function decode(bytes: Buffer, encoding: string | null): string {
  const start = bytes.subarray(0, maxMessageBytes);
  // Encodings with escape sequences (ISO-2022-JP) are valid UTF-8 too.
  const labels = start.includes(escape) ? [encoding, 'utf-8'] : ['utf-8', encoding];
  for (const label of [...labels, 'windows-1252']) {
    if (label === null) continue;
    try {
      // `stream`, so that a character truncated by the limit is not an error.
      return new TextDecoder(label, { fatal: true }).decode(start, { stream: true });
    } catch {
      continue;
    }
  }
  return start.toString('latin1');
}
