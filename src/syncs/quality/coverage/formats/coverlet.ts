import * as z from 'zod/mini';
import { readMembers } from '../../report/json-stream.ts';
import { checked } from '../parse/check-member.ts';
import { hitsOrNull, type CoverageFormat } from '../coverage-format.ts';
import { createLineFiles, sumHits } from '../parse/line-files.ts';

const method = z.object({
  Lines: z.record(z.string(), z.number()),
  Branches: z.optional(z.nullable(z.array(z.object({ Hits: z.number() })))),
});
const classes = z.record(z.string(), z.record(z.string(), method));

/** coverlet's own JSON (its src/coverlet.core/Reporters/JsonReporter.cs): module, file, class, method. */
export const coverlet: CoverageFormat = {
  name: 'coverlet',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) => /^\ufeff?\s*\{\s*"[^"]+\.(?:dll|exe)"\s*:\s*\{/i.test(head),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    const branches = { covered: 0, total: 0 };
    const functions = { covered: 0, total: 0 };
    const treat = (_key: string, _inside: string | null, depth: number): boolean | 'enter' =>
      depth > 1 || 'enter';
    for await (const [path, value, inside] of readMembers(chunks, treat)) {
      if (inside === null) continue;
      const table = lineFiles.at(path);
      const methods = Object.values(checked(classes, path, value)).flatMap(
        Object.values<z.infer<typeof method>>,
      );
      for (const { Lines, Branches } of methods) {
        const hits = Object.entries(Lines);
        for (const [line, times] of hits) table.add(Number(line), times > 0);
        functions.total += 1;
        if (hits.some(([, times]) => times > 0)) functions.covered += 1;
        for (const { Hits } of Branches ?? []) {
          branches.total += 1;
          if (Hits > 0) branches.covered += 1;
        }
      }
    }
    const files = lineFiles.files();
    return {
      ...{ ...sumHits(files), metric: 'line', reportTime: null, sourceRoots: [], files },
      ...{ branches: hitsOrNull(branches), functions: hitsOrNull(functions) },
    };
  },
};
