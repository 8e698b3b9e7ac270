import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { dashboard } from '../../../deploy/grafana/dashboard.ts';

const file = resolve(import.meta.dirname, '../../../deploy/grafana/sync-runner.json');

// `npm run docs:generate` runs this file with -u, which writes what the test compares.
test('deploy/grafana/sync-runner.json is generated from dashboard.ts', async () => {
  await expect(`${JSON.stringify(dashboard, null, 2)}\n`).toMatchFileSnapshot(file);
});

test('the panels of the Grafana dashboard do not overlap and stay within 24 columns', () => {
  const cells = new Set<string>();
  for (const { gridPos } of dashboard.panels ?? []) {
    const { x = 0, y = 0, w = 0, h = 0 } = gridPos ?? {};
    expect(x + w).toBeLessThanOrEqual(24);
    for (let column = x; column < x + w; column += 1) {
      for (let row = y; row < y + h; row += 1) {
        const cell = `${String(column)},${String(row)}`;
        expect(cells).not.toContain(cell);
        cells.add(cell);
      }
    }
  }
});
