import { expect, test } from 'vitest';
import { tortureFleet } from '../helpers/fleet-torture.ts';

test('hosts publish exactly what they have in spite of kills, cuts and a crash of the database', async () => {
  const size = { hosts: 4, rounds: 3, projects: 10, days: 40, parallel: 2 };
  const figures = await tortureFleet(size);
  expect(figures).toMatchObject({ faults: [], hosts: 4 });
  expect(figures.kills).toBeGreaterThan(0);
  expect(figures.cuts).toBeGreaterThan(0);
});
