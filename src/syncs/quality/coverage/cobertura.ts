import { SaxesParser } from 'saxes';
import { ReportError } from '../report-file.ts';
import { hitsOrNull, type CoverageFormat, type FileCoverage, type Hits } from './format.ts';
import { countLines, createLineTables, type LineTable } from './line-table.ts';

/**
 * Cobertura XML (coverage.py, gcovr, Istanbul, coverlet, tarpaulin, …).
 *
 * The counts are those of the root's attributes; older versions of the format lack them, then the
 * lines of the classes are counted. Lines under `<methods>` repeat them, and one file may stand in
 * several classes. Rates are rounded and not read. DTDs and entities are never resolved.
 */
export const cobertura: CoverageFormat = {
  name: 'cobertura',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) => /<coverage\s[^<>]*\b(?:line-rate|lines-valid)\s*=/.test(head),
  parse: async (chunks) => {
    const document = createDocument();
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      for await (const chunk of chunks) document.write(decoder.decode(chunk, { stream: true }));
      document.write(decoder.decode());
    } catch (error) {
      if (error instanceof TypeError) throw new ReportError('is not UTF-8', { cause: error });
      throw error;
    }
    const { root, sources, tables } = document.end();
    const files = Array.from(tables, ([path, table]): FileCoverage => {
      const lines = table.lines();
      return { path, ...countLines(lines), lines };
    });
    const branches = hitsOf(root, 'branches');
    const functions = hitsOf(root, 'functions');
    return {
      ...(hitsOf(root, 'lines') ?? sum(files)),
      metric: 'line',
      branches: branches && hitsOrNull(branches),
      functions: functions && hitsOrNull(functions),
      reportTime: timeOf(root['timestamp']),
      sourceRoots: sources,
      files,
    };
  },
};

type Attributes = Readonly<Record<string, string | undefined>>;

interface Document {
  readonly root: Attributes;
  readonly sources: readonly string[];
  readonly tables: ReadonlyMap<string, LineTable>;
}

const maxDepth = 64;
// The parser keeps a text, comment or doctype until it ends: a report has none of this size.
const maxTextLength = 2 * 1024 * 1024;

function createDocument(): {
  readonly write: (text: string) => void;
  readonly end: () => Document;
} {
  const parser = new SaxesParser();
  const lineTables = createLineTables();
  const tables = new Map<string, LineTable>();
  const sources: string[] = [];
  const open: string[] = [];
  let root: Attributes = {};
  let table: LineTable | null = null;
  let quietLength = 0;

  parser.on('error', (error) => {
    throw new ReportError(error.message, { cause: error });
  });
  parser.on('opentag', ({ name, attributes }) => {
    quietLength = 0;
    const parent = open.at(-1);
    open.push(name);
    if (open.length > maxDepth)
      throw new ReportError(`line ${String(parser.line)}: nested too deep`);
    if (parent === undefined) root = attributes;
    if (name === 'class') {
      const path = attributes['filename'] ?? '';
      table = tables.get(path) ?? lineTables.create();
      tables.set(path, table);
    }
    if (name === 'line' && parent === 'lines' && open.at(-3) === 'class') {
      const hits = attributes['hits'] ?? '0';
      table?.add(Number(attributes['number']), Number(hits) > 0);
    }
  });
  parser.on('text', (text) => {
    if (open.at(-1) === 'source') sources.push(text.trim());
  });
  parser.on('closetag', () => {
    quietLength = 0;
    open.pop();
  });
  return {
    write: (text) => {
      parser.write(text);
      quietLength += text.length;
      if (quietLength > maxTextLength) {
        throw new ReportError(`line ${String(parser.line)}: a text is too long`);
      }
    },
    end: () => {
      parser.close();
      return { root, sources, tables };
    },
  };
}

/** Counts of the root, `<kind>-covered` and `<kind>-valid`; null where it has none. */
function hitsOf(root: Attributes, kind: string): Hits | null {
  const [covered, valid] = [root[`${kind}-covered`], root[`${kind}-valid`]];
  if (covered === undefined || valid === undefined) return null;
  const hits = { covered: Number(covered), total: Number(valid) };
  if (!/^\d{1,15}$/.test(covered) || !/^\d{1,15}$/.test(valid)) {
    throw new ReportError(`<coverage>: ${kind}-covered and ${kind}-valid are not counts`);
  }
  return hits;
}

/** Seconds (gcovr, coverlet, PHPUnit) or milliseconds (coverage.py, Istanbul); null if it is neither. */
function timeOf(timestamp: string | undefined): number | null {
  const value = Number(timestamp ?? 0);
  if (!(value > 0)) return null;
  return value > 1e11 ? value : value * 1000;
}

function sum(files: readonly Hits[]): Hits {
  let covered = 0;
  let total = 0;
  for (const file of files) {
    covered += file.covered;
    total += file.total;
  }
  return { covered, total };
}
