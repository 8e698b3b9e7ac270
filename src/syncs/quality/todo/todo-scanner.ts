import { setImmediate } from 'node:timers/promises';
import { parentDir } from '../../../git/paths.ts';
import { isMachineProblem } from '../../../util/errors.ts';
import { FileError } from '../../../util/fs.ts';
import { readIntoSync } from '../../../util/fs-sync.ts';
import type { ProjectView } from '../project-files/project-view.ts';
import type { CommentSyntax } from './comment-patterns.ts';
import { decodeSource } from './decode-source.ts';
import { countLines } from './count-lines.ts';
import { positionsInComments } from './find-comments.ts';
import { syntaxOfPath, syntaxOfScript } from './find-syntax.ts';
import { buildTable, fileTypes, type FileCounts, type ScanTable } from './scan-table.ts';

const maxBytes = 1024 * 1024;
// As in git: a NUL among these makes a file binary.
const binaryProbeBytes = 8000;
const filesBetweenYields = 256;
const bytesBetweenYields = 4 * 1024 * 1024;

/**
 * Scans source files (relative to the project, with `/`). Files that have not changed since the last scan, which
 * must have searched for the same tags, are not opened.
 */
export type TodoScanner = (
  view: ProjectView,
  paths: readonly string[],
  last: ScanTable | null,
) => Promise<{ readonly table: ScanTable; readonly changed: boolean }>;

/**
 * Creates a scanner that counts every occurrence of the tags in comments as a whole word, case-sensitive, in text files
 * of up to 1 MiB. If the syntax of a file is unknown, its complete text is searched. It reads synchronously into one buffer, which is several times faster than promises.
 */
export function createTodoScanner(tagNames: readonly string[]): TodoScanner {
  const tags = toTags(tagNames);
  const buffer = Buffer.allocUnsafeSlow(maxBytes);

  return async (view, paths, last) => {
    const { root, tree, startedMs, warnings, signal } = view;
    const builder = buildTable(paths.length, last, startedMs);
    const unreadable: string[] = [];
    let sourceDir = '';
    let isInRealDir = true;
    /** Returns how many bytes were read. */
    const scanFile = (path: string): number => {
      const dir = parentDir(path);
      if (dir !== sourceDir) isInRealDir = tree.isRealDir((sourceDir = dir));
      if (!isInRealDir || builder.reuse(path, tree.stat)) return 0;
      const source = readIntoSync(`${root}/${path}`, buffer);
      if (source === null) {
        tree.addRead(path);
        return 0;
      }
      const { stats, length } = source;
      const counts = length === null ? tooLarge : countTags(path, buffer.subarray(0, length), tags);
      builder.add(path, stats, counts);
      return length ?? 0;
    };
    /** Scans files from a position on, until it is time to yield. Returns the next position. */
    const scanSome = (from: number): number => {
      const end = Math.min(paths.length, from + filesBetweenYields);
      let bytes = 0;
      for (let at = from; at < end; at += 1) {
        const path = paths[at] ?? '';
        try {
          bytes += scanFile(path);
        } catch (error) {
          if (!(error instanceof FileError) || isMachineProblem(error)) throw error;
          tree.addRead(path);
          if (!notSourceCodes.has(error.code)) unreadable.push(path);
        }
        if (bytes > bytesBetweenYields) return at + 1;
      }
      return end;
    };
    for (let at = scanSome(0); at < paths.length; at = scanSome(at)) {
      await setImmediate();
      signal.throwIfAborted();
    }
    const [first, ...others] = unreadable;
    if (first !== undefined) {
      const more = others.length > 0 ? `, nor can ${String(others.length)} more source files` : '';
      warnings.add(first, `can't be read${more}`);
    }
    return builder.finish();
  };
}

/** A link, a socket or a directory in place of the file that git lists. */
const notSourceCodes: ReadonlySet<string> = new Set(['ELOOP', 'ENXIO', 'EISDIR']);

const noCounts = { lines: 0, total: 0, todo: 0, fixme: 0 };
const tooLarge: FileCounts = { type: fileTypes.tooLarge, ...noCounts };
const binary: FileCounts = { type: fileTypes.binary, ...noCounts };
const generated: FileCounts = { type: fileTypes.generated, ...noCounts };
const notSource: FileCounts = { type: fileTypes.notSource, ...noCounts };

function countTags(path: string, bytes: Buffer, tags: readonly Tag[]): FileCounts {
  const text = decodeSource(path, bytes);
  if (text.subarray(0, binaryProbeBytes).includes(0)) return binary;
  const start = text.toString('latin1', 0, headerBytes);
  if (isGenerated(start)) return generated;
  const hasExtension = path.lastIndexOf('.') > path.lastIndexOf('/');
  if (!hasExtension && syntaxOf(path, start) === null) return notSource;
  const counts = { type: fileTypes.text, lines: countLines(text), total: 0, todo: 0, fixme: 0 };
  for (const tag of tags) {
    const found = findTag(text, tag);
    if (found.length === 0) continue;
    const syntax = syntaxOf(path, start);
    const count =
      syntax === null
        ? found.length
        : positionsInComments(text.toString('latin1'), syntax, found).length;
    counts.total += count;
    if (tag.name === 'TODO') counts.todo = count;
    if (tag.name === 'FIXME') counts.fixme = count;
  }
  return counts;
}

const syntaxOf = (path: string, start: string): CommentSyntax | null =>
  syntaxOfPath(path) ?? syntaxOfScript(start);

/**
 * The beginnings of files that were generated (after linguist's generated.rb, and golang.org/s/generatedcode). The words
 * are in capitals, or start a line or a sentence: other texts only mention something that is generated.
 */
const generatedHeaders = [
  /\bDO NOT (?:EDIT|MODIFY)\b/,
  /@generated\b|(?:^|[^\w\s'])[^\w\n]*(?:please )?do not (?:edit|modify)\b/im,
  /^[^\w\n]*(?:this )?(?:code|file|auto-?)(?: (?:is|was))? ?generated by\b/im,
  /\bthis .{0,40}\bis (?:auto-?|automatically )generated\b/i,
];
/** Words that every such header contains, which are found several times faster. */
const mayBeGenerated = /generated|do not/i;
const headerBytes = 512;

const isGenerated = (start: string): boolean =>
  mayBeGenerated.test(start) && generatedHeaders.some((header) => header.test(start));

/** A word such as TODO, with its bytes. */
interface Tag {
  readonly name: string;
  readonly bytes: Buffer;
}

const toTags = (names: Iterable<string>): readonly Tag[] =>
  Array.from(new Set(names), (name) => ({ name, bytes: Buffer.from(name) }));

/** Returns the positions of a tag in UTF-8 text: every occurrence as a whole word, case-sensitive. */
function findTag(text: Buffer, { bytes }: Tag): readonly number[] {
  let found = none;
  for (let at = text.indexOf(bytes); at !== -1; at = text.indexOf(bytes, at + bytes.length)) {
    if (endsWithWordCharacter(text, at) || startsWithWordCharacter(text, at + bytes.length))
      continue;
    if (found === none) found = [];
    found.push(at);
  }
  return found;
}

const none: number[] = [];

const isAsciiWordByte = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x5f;

// The word characters of Unicode, as in `rg -w`: letters, marks, digits and connectors.
const wordCharacter = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;

function startsWithWordCharacter(text: Buffer, at: number): boolean {
  const byte = text[at];
  if (byte === undefined) return false;
  if (byte < 0x80) return isAsciiWordByte(byte);
  return wordCharacter.test(
    String.fromCodePoint(text.toString('utf8', at, at + 4).codePointAt(0) ?? 0),
  );
}

function endsWithWordCharacter(text: Buffer, end: number): boolean {
  const byte = text[end - 1];
  if (byte === undefined) return false;
  if (byte < 0x80) return isAsciiWordByte(byte);
  let start = end - 1;
  // Skip back over the continuation bytes of one character.
  while (start > end - 4 && start > 0 && ((text[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return wordCharacter.test(text.toString('utf8', start, end));
}
