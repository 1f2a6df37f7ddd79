/**
 * Rows of an authority's lists, by column and by page, in the order in which they were received: they are put together
 * and packed once for everybody who sees them for a role's sake, so nothing in them depends on who reads. A list tells
 * days and minutes, and its people by name; what it does not say is left to the contents.
 */
import type { DocumentId, PersonId } from '../model/ids.ts';
import type { Verb } from '../roles/verbs.ts';
import { lettersOf, numbersOf, stepsOf, stepsBack, type Digits } from './digits.ts';
import type { DocumentChange } from './changes.ts';

/** Pages that share their words. The last is followed by null. */
export interface Listed {
  readonly names: ListedNames;
  readonly pages: readonly (ListPage | null)[];
}
export interface ListedNames {
  /** The words that names consist of, each on a line; as they are, where one holds a line's end. */
  readonly words: string | readonly string[];
  readonly people: Names;
  readonly roles: readonly string[];
}
/** How many words each has, and which. */
export interface Names {
  readonly lengths: Digits;
  readonly words: Digits;
}
export interface ListPage {
  /** Sixteen letters each. */
  readonly docs: string;
  /** What is the same in many: each that there is once, and which one each row has. */
  readonly alike: readonly Alike[];
  readonly is: Digits;
  readonly starters: Digits;
  /** Of the number at the end of the case number: from each to the next. */
  readonly cases: Digits;
  readonly children: Names;
  /** Days after the end of 1969; nothing is 0. Of the first, from each to the next. */
  readonly received: Digits;
  readonly born: Digits | readonly string[];
  /** Minutes, from each to the next; and from the day of being begun to that one. */
  readonly updated: Digits;
  readonly begunBefore: Digits;
}
export type Alike = readonly [kind: string, form: number, stage: string, may: readonly Verb[], beforeNumber: string];

/** Whether a device of this protocol version is told of lists so. */
export const hasListed = (version: number): boolean => version >= 3;

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;

/** Places of words and people in what the pages share; a new one is added to its end. */
export interface Places {
  word(word: string): number;
  person(starter: { readonly name: string; readonly role: string }): number;
}

export function packPage(rows: readonly DocumentChange[], places: Places): ListPage {
  const alike = new Map<string, number>();
  const placeOf = (row: DocumentChange): number => {
    const key = JSON.stringify([row.kind, row.form, row.stage, row.may, caseOf(row)[0]] satisfies Alike);
    const place = alike.get(key) ?? alike.size;
    alike.set(key, place);
    return place;
  };
  const born = rows.map(({ summary: { bornOn = '' } }) => bornOn);
  const days = born.map(dayOf);
  return {
    docs: rows.map(({ doc }) => doc).join(''),
    is: lettersOf(rows.map(placeOf)),
    alike: [...alike.keys()].map((key) => JSON.parse(key) as Alike),
    starters: lettersOf(rows.map(({ starter }) => places.person(starter))),
    cases: stepsOf(rows.map((row) => caseOf(row)[1])),
    children: packNames(
      rows.map(({ summary: { name } }) => name),
      places,
    ),
    received: stepsOf(rows.map(({ receivedOn = '' }) => dayOf(receivedOn) ?? 0)),
    born: days.every((day) => day !== undefined) ? lettersOf(days) : born,
    updated: stepsOf(rows.map(({ updatedAt }) => Math.floor(updatedAt / minuteMs))),
    begunBefore: lettersOf(
      rows.map(({ updatedAt, createdAt }) => Math.floor(updatedAt / dayMs) - Math.floor(createdAt / dayMs)),
    ),
  };
}

export function unpackPage(page: ListPage, names: UnpackedNames): DocumentChange[] {
  const count = page.docs.length / idLetters;
  const numbers = (digits: Digits) => numbersOf(digits, count);
  const [is, starters, begunBefore] = [numbers(page.is), numbers(page.starters), numbers(page.begunBefore)];
  const steps = (digits: Digits) => stepsBack(digits, count);
  const [cases, received, updated] = [steps(page.cases), steps(page.received), steps(page.updated)];
  const children = unpackNames(page.children, count, names.words);
  const born = Array.isArray(page.born) ? (page.born as readonly string[]) : numbers(page.born as Digits).map(dateOf);
  const rows: DocumentChange[] = [];
  for (let at = 0; at < count; at += 1) {
    const [kind, form, stage, may, before] = page.alike[is[at] ?? 0] ?? ['', 1, '', [], ''];
    const updatedAt = (updated[at] ?? 0) * minuteMs;
    const [receivedOn, bornOn = ''] = [dateOf(received[at] ?? 0), born[at]];
    const caseNumber = before + caseDigits(cases[at] ?? noNumber);
    rows.push({
      t: 'doc',
      doc: page.docs.slice(at * idLetters, (at + 1) * idLetters) as DocumentId,
      kind,
      form,
      stage,
      may,
      starter: names.people[starters[at] ?? 0] ?? nobody,
      ...(caseNumber !== '' && { caseNumber }),
      ...(receivedOn !== '' && { receivedOn }),
      createdAt: (Math.floor(updatedAt / dayMs) - (begunBefore[at] ?? 0)) * dayMs,
      updatedAt,
      summary: { name: children[at] ?? '', ...(bornOn !== '' && { bornOn }) },
      full: false,
    });
  }
  return rows;
}
const idLetters = 16;
const nobody: DocumentChange['starter'] = { id: '' as PersonId, name: '', role: '' };

/** Who may not write there needs to know whoever sent it by name only. */
export interface UnpackedNames {
  readonly words: readonly string[];
  readonly people: readonly DocumentChange['starter'][];
}
export function unpackListedNames({ words, people, roles }: ListedNames): UnpackedNames {
  const all = typeof words === 'string' ? words.split('\n') : words;
  const names = unpackNames(people, roles.length, all);
  return { words: all, people: roles.map((role, at) => ({ ...nobody, name: names[at] ?? '', role })) };
}

export function unpackListed({ names, pages }: Listed): DocumentChange[] {
  const unpacked = unpackListedNames(names);
  return pages.flatMap((page) => (page === null ? [] : unpackPage(page, unpacked)));
}

export function packNames(names: readonly string[], places: Pick<Places, 'word'>): Names {
  const words = names.map((name) => name.split(' '));
  return {
    lengths: lettersOf(words.map(({ length }) => length)),
    words: lettersOf(words.flat().map((word) => places.word(word))),
  };
}

function unpackNames(names: Names, count: number, words: readonly string[]): string[] {
  const lengths = numbersOf(names.lengths, count);
  const all = numbersOf(
    names.words,
    lengths.reduce((sum, length) => sum + length, 0),
  );
  let at = 0;
  return lengths.map((length) => {
    let name = words[all[at] ?? 0] ?? '';
    for (let next = 1; next < length; next += 1) name += ` ${words[all[at + next] ?? 0] ?? ''}`;
    at += length;
    return name;
  });
}

/** What stands before its last digits, and these as a number; all of it, where it is written in another way. */
function caseOf({ caseNumber = '' }: DocumentChange): readonly [before: string, number: number] {
  const [, before = '', digits] = /^(.*\/)(\d{4,9})$/.exec(caseNumber) ?? [];
  return before + caseDigits(Number(digits)) === caseNumber ? [before, Number(digits)] : [caseNumber, noNumber];
}
const noNumber = -1;
const caseDigits = (number: number): string => (number === noNumber ? '' : String(number).padStart(4, '0'));

const isDate = /^\d{4}-\d\d-\d\d$/;
const daysMax = 2 ** 18;
/** Undefined: it is no date as it is written everywhere. */
function dayOf(date: string): number | undefined {
  if (date === '') return 0;
  const day = isDate.test(date) ? Date.parse(date) / dayMs + 1 : NaN;
  return day > 0 && day < daysMax && dateOf(day) === date ? day : undefined;
}
const datesByDay = new Map<number, string>();
function dateOf(day: number): string {
  if (day === 0) return '';
  const known = datesByDay.get(day) ?? new Date((day - 1) * dayMs).toISOString().slice(0, 'yyyy-mm-dd'.length);
  datesByDay.set(day, known);
  return known;
}
