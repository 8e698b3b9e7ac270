import { getOrInsert } from '../../../../util/collections.ts';
import { ReportError } from '../../report/report-file.ts';
import { branchId, createBranchHits, type BranchHits } from './branch-hits.ts';
import { createLineTables, type LineTable, type LineTables } from './line-table.ts';
import { createNamedHits, type NamedHits } from './named-hits.ts';

/** One source file, merged from all its records in a tracefile. */
export interface SourceFile {
  readonly lines: LineTable;
  readonly branches: BranchHits;
  /** Branches without a number, or with numbers too large for an id. */
  readonly namedBranches: NamedHits;
  readonly functions: NamedHits;
  /** How many records it has. */
  records: number;
  /** The sums that its last record states, as in `LF:5`. */
  readonly stated: Map<string, number>;
  /** The tool that wrote it, if its own sums differ from its records. */
  producer: 'coverage.py' | 'gcovr' | null;
}

interface ParserState {
  readonly files: Map<string, SourceFile>;
  readonly tables: LineTables;
  current: SourceFile | null;
  /** The path of the current source. */
  path: string;
  /** Whether a DA line of the current record has a checksum. */
  hasChecksum: boolean;
  /** The test name of the current record. */
  testName: string;
  /** The current line, from 1 on. */
  lineNumber: number;
  /** The next byte of the current piece. */
  position: number;
}

export interface LcovParser {
  /** Parses complete lines; the last byte must be a newline. */
  readonly push: (bytes: Buffer) => void;
  /** Returns the source files by path. */
  readonly end: () => ReadonlyMap<string, SourceFile>;
}

/** The methods of the parser throw `ReportError` if the tracefile is malformed. */
export function createLcovParser(): LcovParser {
  const state: ParserState = {
    files: new Map(),
    tables: createLineTables(),
    current: null,
    path: '',
    hasChecksum: false,
    testName: '',
    lineNumber: 0,
    position: 0,
  };
  return {
    push: (bytes) => {
      parseLines(state, bytes);
    },
    end: () => {
      if (state.current) throw malformedAt(state, 'ends in the middle of a record');
      return state.files;
    },
  };
}

const newline = 0x0a;
const commaByte = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;

const malformedAt = ({ lineNumber }: ParserState, problem: string): ReportError =>
  new ReportError(`line ${String(lineNumber)}: ${problem}`);

function parseLines(state: ParserState, bytes: Buffer): void {
  state.position = 0;
  while (state.position < bytes.length) {
    const start = state.position;
    state.lineNumber += 1;
    // Almost every line of a report is one of these two.
    if (startsWith(bytes, start, 'DA:')) parseLineHit(state, bytes);
    else if (!startsWith(bytes, start, 'BRDA:') || !parseBranch(state, bytes)) {
      const end = bytes.indexOf(newline, start);
      parseRecord(state, bytes, start, end);
      state.position = end + 1;
    }
  }
}

function startsWith(bytes: Buffer, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index += 1) {
    if (bytes[start + index] !== word.charCodeAt(index)) return false;
  }
  return true;
}

/** `DA:<line>,<count>[,<checksum>]`. Some tools write the line -1 for code that is in no line. */
function parseLineHit(state: ParserState, bytes: Buffer): void {
  state.position += 'DA:'.length;
  const isNegative = bytes[state.position] === minus;
  if (isNegative) state.position += 1;
  const line = readNumber(state, bytes);
  if (line === null) throw malformedAt(state, 'DA without a line number and a count');
  if (isNegative) {
    readIsHit(state, bytes);
    return;
  }
  if (!state.current) throw malformedAt(state, 'DA before SF');
  state.current.lines.add(line, readIsHit(state, bytes));
}

/** `BRDA:<line>,<block>,<branch>,<taken>`. Returns false if the branch has no number or one too large. */
function parseBranch(state: ParserState, bytes: Buffer): boolean {
  state.position += 'BRDA:'.length;
  const line = readNumber(state, bytes);
  const block = line === null ? null : readNumber(state, bytes);
  const branch = block === null ? null : readNumber(state, bytes);
  if (line === null || block === null || branch === null) return false;
  const id = branchId(line, block, branch);
  if (id === null) return false;
  state.current?.branches.add(id, readIsHit(state, bytes));
  return true;
}

/** Reads a number and the comma after it. Returns null if there is anything else. */
function readNumber(state: ParserState, bytes: Buffer): number | null {
  const start = state.position;
  let number = 0;
  for (; ; state.position += 1) {
    const byte = bytes[state.position] ?? newline;
    if (byte < zero || byte > nine) break;
    number = number * 10 + byte - zero;
  }
  if (state.position === start || bytes[state.position] !== commaByte) return null;
  state.position += 1;
  return number;
}

/** Reads a count and the rest of its line. The count may be `-`, negative, or larger than 64 bits. */
function readIsHit(state: ParserState, bytes: Buffer): boolean {
  const isNegative = bytes[state.position] === minus;
  let isHit = false;
  let isCount = true;
  for (; ; state.position += 1) {
    const byte = bytes[state.position] ?? newline;
    if (byte === newline) break;
    if (byte === commaByte) {
      isCount = false;
      state.hasChecksum = true;
    } else if (isCount && byte > zero && byte <= nine) isHit = true;
  }
  state.position += 1;
  return isHit && !isNegative;
}

/** Parses any other line. Records that do not affect the counts are ignored. */
function parseRecord(state: ParserState, bytes: Buffer, start: number, end: number): void {
  const text = bytes.toString('latin1', start, end).trimEnd();
  const { current } = state;
  if (text === 'end_of_record') {
    endRecord(state);
    return;
  }
  const colon = text.indexOf(':');
  const value = text.slice(colon + 1);
  const comma = value.indexOf(',');
  switch (text.slice(0, colon)) {
    case 'TN':
      state.testName = value;
      break;
    case 'SF':
      // Some tools omit end_of_record.
      endRecord(state);
      state.path = decode(bytes.subarray(start + colon + 1, end));
      state.current = openSourceFile(state, state.path);
      break;
    case 'LF':
    case 'LH':
    case 'FNF':
    case 'FNH':
    case 'BRF':
    case 'BRH':
      current?.stated.set(text.slice(0, colon), /^\d{1,15}$/.test(value) ? Number(value) : NaN);
      break;
    case 'BRDA':
      current?.namedBranches.add(...splitLast(value));
      break;
    case 'FN': // <start>,[<end>,]<name>, where the name may contain commas
      current?.functions.add(value.replace(/^\d+,(?:\d+,)?/, ''), false);
      break;
    case 'FNDA': // <count>,<name>
      current?.functions.add(value.slice(comma + 1), isHit(value.slice(0, comma)));
      break;
    case 'FNA': // lcov 2: <index>,<count>,<alias>. Like lcov, counts each alias.
      current?.functions.add(value.replace(/^\d+,\d+,/, ''), isHit(value.split(',')[1] ?? ''));
      break;
  }
}

function endRecord(state: ParserState): void {
  const { current } = state;
  if (!current) return;
  current.namedBranches.endRecord();
  current.functions.endRecord();
  // coverage.py writes checksums; so does `lcov --checksum`, but not for Python.
  if (state.testName === 'GCOVR_report') current.producer = 'gcovr';
  else if (state.hasChecksum && /\.pyw?$/.test(state.path)) current.producer = 'coverage.py';
  state.current = null;
  state.hasChecksum = false;
}

function openSourceFile(state: ParserState, path: string): SourceFile {
  const file = getOrInsert(state.files, path, () => ({
    lines: state.tables.create(),
    branches: createBranchHits(),
    namedBranches: createNamedHits(),
    functions: createNamedHits(),
    records: 0,
    stated: new Map(),
    producer: null,
  }));
  file.records += 1;
  return file;
}

/** Returns the text before the last comma, and whether the count after it is a hit. */
function splitLast(value: string): [name: string, hit: boolean] {
  const comma = value.lastIndexOf(',');
  return [value.slice(0, comma), isHit(value.slice(comma + 1))];
}

const isHit = (count: string): boolean => Number(count) > 0;

/** A name in another encoding than UTF-8 has replacement characters: it is not found, but its lines count. */
const decode = (bytes: Buffer): string => bytes.toString().trimEnd();
