import { expect, test } from 'vitest';
import { tortureFleet } from '../helpers/fleet-torture.ts';

test('50 hosts publish exactly what they have in spite of kills, cuts and crashes of the database', async () => {
  const size = { hosts: 50, rounds: 12, projects: 20, days: 180, parallel: 4 };
  const figures = await tortureFleet(size);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  expect(figures).toMatchObject({ faults: [], hosts: 50 });
});
