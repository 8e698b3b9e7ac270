/** How many days back charts go: six months. */
export const chartDays = 184;
