/** A calendar day, `YYYY-MM-DD`. */
type Day = string;

const dayMs = 86_400_000;

/** How many days back charts go: six months. */
export const chartDays = 184;

/** A day some days later, or earlier. */
export const addDays = (date: Day, days: number): Day =>
  new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);

/** How many days lie between two days: 0 for the same one. */
export const daysBetween = (from: Day, to: Day): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

export const lastDayOfMonth = (date: Day): Day => {
  const [year = 0, month = 0] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
};
