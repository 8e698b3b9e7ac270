import { test } from 'vitest';
import { killAtRandomMoments } from '../helpers/kill-rounds.ts';

test('kill -9 at 25 random moments leaves valid files, user fields and an exact history', async () => {
  await killAtRandomMoments(25);
});
