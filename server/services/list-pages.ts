/**
 * The rows of a list in pages that are packed once and handed out as they are. Pages lie in groups that share their
 * words, so that a group unpacks by itself; when one row changes, its page is made anew and all others stand.
 */
import { constants, deflateRawSync } from 'node:zlib';
import type { DocumentChange } from '#sync/protocol/changes.ts';
import {
  packNames,
  packPage,
  unpackListedNames,
  unpackPage,
  type ListedNames,
  type ListPage,
  type Places,
} from '#sync/protocol/listed.ts';
import type { PackedText } from './packed-text.ts';

/** A row with its place in the order of the list: when it was received, then by id. */
export interface ListedRow {
  readonly at: number;
  readonly row: DocumentChange;
}
export interface Page {
  readonly ats: readonly number[];
  /** Sixteen letters each, as in the page. */
  readonly docs: string;
  readonly text: PackedText;
}
export interface Group {
  readonly names: PackedText;
  readonly words: ReadonlyMap<string, number>;
  readonly people: ReadonlyMap<string, number>;
  readonly pages: readonly Page[];
}

/** So many that their names repeat, so few that one is made anew in a few milliseconds. */
const rowsPerPage = 512;
/** What a frame brings: a few seconds on a bad line, and folded in one go on an old telephone. */
export const rowsPerGroup = 8192;

/** `rows` in their order. */
export function groupsOf(rows: readonly ListedRow[]): Group[] {
  const groups: Group[] = [];
  for (let from = 0; from < rows.length;) {
    let to = Math.min(from + rowsPerGroup, rows.length);
    // A cursor between groups says the second: what was received in one stays together.
    while (to < rows.length && secondOf(rows[to]) === secondOf(rows[to - 1])) to += 1;
    groups.push(groupOf(rows.slice(from, to)));
    from = to;
  }
  return groups;
}
export const secondOf = (row: { readonly at: number } | undefined): number => Math.floor((row?.at ?? 0) / 1000);

function groupOf(rows: readonly ListedRow[]): Group {
  // What is named most often stands first and takes the fewest letters.
  const words = ranked(rows.flatMap(({ row }) => [...row.starter.name.split(' '), ...row.summary.name.split(' ')]));
  const people = ranked(rows.map(({ row: { starter } }) => keyOf(starter)));
  const places = placesIn(words, people);
  const pages = pagesOf(rows, places);
  return { names: namesOf(words, people), words, people, pages };
}

function pagesOf(rows: readonly ListedRow[], places: Places): Page[] {
  const pages: Page[] = [];
  const each = rows.length < 2 * rowsPerPage ? Math.max(rows.length, 1) : rowsPerPage;
  for (let from = 0; from < rows.length; from += each) pages.push(pageOf(rows.slice(from, from + each), places));
  return pages;
}

function ranked(all: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return new Map([...counts].sort((a, b) => b[1] - a[1]).map(([one], place) => [one, place]));
}

const keyOf = ({ name, role }: { readonly name: string; readonly role: string }) => `${role}\n${name}`;
const placesIn = (words: Map<string, number>, people: Map<string, number>): Places => ({
  word: (word: string) => placeIn(words, word),
  person: (starter) => placeIn(people, keyOf(starter)),
});
function placeIn(all: Map<string, number>, one: string): number {
  const place = all.get(one) ?? all.size;
  all.set(one, place);
  return place;
}

function namesOf(words: Map<string, number>, people: ReadonlyMap<string, number>): PackedText {
  const each = [...people.keys()].map((key) => [key.slice(0, key.indexOf('\n')), key.slice(key.indexOf('\n') + 1)]);
  const names = packNames(
    each.map(([, name = '']) => name),
    { word: (word) => placeIn(words, word) },
  );
  const all = [...words.keys()];
  const isLines = !all.some((word) => word.includes('\n'));
  const roles = each.map(([role = '']) => role);
  return packed(
    `{"names":${JSON.stringify({ words: isLines ? all.join('\n') : all, people: names, roles } satisfies ListedNames)},"pages":[`,
  );
}

function pageOf(rows: readonly ListedRow[], places: Places): Page {
  const page = packPage(
    rows.map(({ row }) => row),
    places,
  );
  const text = JSON.stringify(page);
  // Ids pack in no company: what repeats packs better without them.
  const after = text.indexOf('","') + 1;
  return {
    ats: rows.map(({ at }) => at),
    docs: page.docs,
    text: packed(text.slice(0, after), `${text.slice(after)},`),
  };
}

export const listedEnd = 'null]}';

function packed(...pieces: readonly string[]): PackedText {
  return {
    text: Buffer.from(pieces.join('')),
    packed: Buffer.concat(
      pieces.map((piece) => deflateRawSync(piece, { level: 9, memLevel: 9, finishFlush: constants.Z_FULL_FLUSH })),
    ),
  };
}

/** A row that stands anew, or undefined for one that is in the list no more. */
export function withChanges(groups: readonly Group[], changed: ReadonlyMap<string, ListedRow | undefined>): Group[] {
  const drafts = groups.map((group): Draft => ({ group, opened: new Map(), isRenamed: false }));
  const beyond: ListedRow[] = [];
  const insert = (now: ListedRow) => {
    const draft = drafts[groupFor(groups, now) ?? drafts.length];
    if (draft === undefined) beyond.push(now);
    else rowsIn(draft, pageFor(draft.group, now)).set(now.row.doc, now);
  };
  for (const [doc, now] of changed) {
    const place = placeOf(groups, doc);
    const draft = place && drafts[place.group];
    if (draft === undefined) {
      if (now !== undefined) insert(now);
      continue;
    }
    const rows = rowsIn(draft, place?.page ?? 0);
    const old = rows.get(doc);
    // Names that nobody in the list has any more must not go on lying in it.
    if (old === undefined || now === undefined || namesIn(old) !== namesIn(now)) draft.isRenamed = true;
    if (now !== undefined && old?.at === now.at) rows.set(doc, now);
    else {
      rows.delete(doc);
      if (now !== undefined) insert(now);
    }
  }
  return [...drafts.flatMap(finished), ...groupsOf(sorted(beyond))];
}

interface Draft {
  readonly group: Group;
  /** Rows of the pages in which something changes, by document. */
  readonly opened: Map<number, Map<string, ListedRow>>;
  isRenamed: boolean;
}
function rowsIn({ group, opened }: Draft, page: number): Map<string, ListedRow> {
  const rows = opened.get(page) ?? new Map(rowsOf(group, [page]).map((one) => [one.row.doc as string, one]));
  opened.set(page, rows);
  return rows;
}

function finished({ group, opened, isRenamed }: Draft): Group[] {
  if (opened.size === 0) return [group];
  const rowsAt = (page: number) => {
    const rows = opened.get(page);
    return rows === undefined ? rowsOf(group, [page]) : sorted([...rows.values()]);
  };
  if (isRenamed) {
    const rows = group.pages.flatMap((_, at) => rowsAt(at));
    return rows.length === 0 ? [] : [groupOf(rows)];
  }
  const [words, people] = [new Map(group.words), new Map(group.people)];
  const places = placesIn(words, people);
  const pages = group.pages.flatMap((page, at) => (opened.has(at) ? pagesOf(rowsAt(at), places) : [page]));
  const isSameNames = words.size === group.words.size && people.size === group.people.size;
  return [{ names: isSameNames ? group.names : namesOf(words, people), words, people, pages }];
}

export function rowsOf({ names, pages }: Group, which: readonly number[]): ListedRow[] {
  const shared = JSON.parse(`${names.text.toString()}${listedEnd}`) as { readonly names: ListedNames };
  const unpacked = unpackListedNames(shared.names);
  return which.flatMap((at) => {
    const { text, ats } = pages[at] ?? { text: undefined, ats: [] };
    if (text === undefined) return [];
    const page = JSON.parse(text.text.toString().slice(0, -1)) as ListPage;
    return unpackPage(page, unpacked).map((row, place) => ({ at: ats[place] ?? 0, row }));
  });
}

const namesIn = ({ row: { starter, summary } }: ListedRow) => `${keyOf(starter)}\n${summary.name}`;
const sorted = (rows: ListedRow[]) => rows.sort((a, b) => a.at - b.at || (a.row.doc < b.row.doc ? -1 : 1));

/** Where the document stands. */
function placeOf(groups: readonly Group[], doc: string): { group: number; page: number } | undefined {
  for (const [group, { pages }] of groups.entries())
    for (const [page, { docs }] of pages.entries())
      for (let at = docs.indexOf(doc); at >= 0; at = docs.indexOf(doc, at + 1))
        if (at % doc.length === 0) return { group, page };
  return undefined;
}

/** The last one that begins no later. A full one takes no more at its end. */
function groupFor(groups: readonly Group[], { at }: ListedRow): number | undefined {
  const found = Math.max(
    0,
    groups.findLastIndex(({ pages }) => (pages[0]?.ats[0] ?? 0) <= at),
  );
  const count = (groups[found]?.pages ?? []).reduce((sum, { ats }) => sum + ats.length, 0);
  const isEnd = found === groups.length - 1 && at >= (groups[found]?.pages.at(-1)?.ats.at(-1) ?? 0);
  return groups.length === 0 || (isEnd && count >= rowsPerGroup) ? undefined : found;
}
const pageFor = ({ pages }: Group, { at }: ListedRow): number =>
  Math.max(
    0,
    pages.findLastIndex(({ ats }) => (ats[0] ?? 0) <= at),
  );
