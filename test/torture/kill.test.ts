import { killAtRandomMoments } from '../helpers/kill-rounds.ts';
import { test } from 'vitest';

test('kill -9 at 300 random moments leaves valid files, user fields and an exact history', async () => {
  await killAtRandomMoments(300);
});
