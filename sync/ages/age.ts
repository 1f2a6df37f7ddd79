/** Age and year group by the calendar of England. Days are yyyy-mm-dd, and today is always an argument. */

/** Whole years; undefined before the birth. Who was born on 29 February is a year older on 1 March of a common year. */
export function ageOn(born: string, day: string): number | undefined {
  if (day < born) return undefined;
  return Number(day.slice(0, 4)) - Number(born.slice(0, 4)) - (day.slice(4) < born.slice(4) ? 1 : 0);
}

/**
 * National curriculum year: the age on the last 31 August strictly before the day, less 4, and the offset of a child
 * who learns with older (+) or younger (−) children. 31 August itself still belongs to the old year. 0 is Reception.
 */
export function curriculumYear(born: string, day: string, offset = 0): number | undefined {
  if (day < born) return undefined;
  const year = Number(day.slice(0, 4)) - (day.slice(5) > '08-31' ? 0 : 1);
  return (ageOn(born, `${year}-08-31`) ?? -1) - 4 + offset;
}

/** As people say it. Year 21 is the last one a plan can reach into. */
export function yearGroup(born: string | undefined, day: string, offset = 0): string {
  const year = born === undefined ? undefined : curriculumYear(born, day, offset);
  if (year === undefined) return 'Not applicable';
  if (year < -2) return 'Pre-school';
  if (year > 21) return 'Not applicable';
  return ['Nursery (younger)', 'Nursery', 'Reception'][year + 2] ?? `Year ${year}`;
}
