/**
 * Judges what the server keeps, after every step, by plain questions to the database and by the simulation's own memory.
 * It shares no code with the project's rights, rules, fold or feed, and looks only at what is new.
 */
import type { ServerFile } from './server-file.ts';
import type { Typed } from './typed.ts';

export type Wire = readonly [n: number, kind: string, holder: string, field: string, value: unknown, made: number];
interface LogRow {
  readonly id: number;
  readonly doc: string;
  readonly person: string;
  readonly device: string;
  readonly pen: string;
  readonly first: number;
  readonly last: number;
  readonly at: number;
  readonly base: string;
  readonly edits: string;
  readonly stamps: string;
  readonly verdicts: string;
  readonly trial: number;
}
interface Side {
  readonly device: string;
  readonly stamp: number;
  readonly ver: number;
  readonly value: unknown;
}
const taken = new Set(['applied', 'merged', 'conflict']);
const markers = /«[a-z]+-\d+»/g;
/** Words of the simulated people, as they stand in any JSON. */
export const words = /«?(?:senco|parent|colleague|officer|stranger)-\d+»?/g;

export class Oracle {
  readonly failures: string[] = [];
  /** Words in the log that were not refused: as good as kept. */
  readonly #kept = new Set<string>();
  readonly #keptText: string[] = [];
  readonly #pens = new Map<string, number>();
  readonly #markers = new Map<string, Set<string>>();
  readonly #items = new Map<string, string>();
  readonly #sides = new Map<string, Side[]>();
  /** By entry, what was written in it since it was last removed. */
  readonly #inEntries = new Map<
    string,
    { readonly device: string; readonly section: string; readonly ver: number }[]
  >();
  readonly #closed = new Map<string, number>();
  readonly #file: ServerFile;
  readonly #typed: Typed;
  /** By browser, document and section, the counts that it was told; and how the documents began, in every browser. */
  readonly #told = new Map<string, { readonly at: number; readonly ver: number }[]>();
  readonly #begun: ReadonlyMap<string, number>;
  #log = 0;
  #head = -1;
  #looked = '';
  constructor(file: ServerFile, typed: Typed) {
    this.#file = file;
    this.#typed = typed;
    const sections = file.all<{ place: string; ver: number }>(
      "select document_id || ' ' || section as place, ver from section",
    );
    this.#begun = new Map(sections.map(({ place, ver }) => [place, ver]));
  }

  fail(what: string): void {
    if (this.failures.length < 20) this.failures.push(what);
  }

  /** An older file was put back: what it does not know is looked for anew. */
  forget(): void {
    for (const memory of [
      this.#kept,
      this.#pens,
      this.#markers,
      this.#items,
      this.#sides,
      this.#inEntries,
      this.#closed,
    ])
      memory.clear();
    this.#keptText.length = 0;
    this.#log = 0;
    this.#head = -1;
    this.#looked = '';
  }

  /** Everything new since the last look. */
  look(): void {
    const [head] = this.#file.all<{ seq: number; log: number }>(
      'select (select max(seq) from feed_head) as seq, (select max(id) from log) as log',
    );
    const now = `${String(head?.seq)} ${String(head?.log)}`;
    if (now === this.#looked) return;
    this.#looked = now;
    const since = this.#head;
    this.#head = head?.seq ?? 0;
    this.#readLog();
    this.#judgeTexts(since);
    this.#judgeItems();
    this.#judgeClosed();
  }

  /** Whether the server holds these words where nothing is ever taken away. */
  holds(needle: string): boolean {
    return this.#kept.has(needle) || this.#keptText.some((text) => text.includes(needle));
  }

  #readLog(): void {
    const rows = this.#file.all<LogRow>(
      'select id, document_id as doc, person_id as person, device_id as device, pen, n_first as first, n_last as last, at, base, edits, stamps, verdicts, trial from log where id > ? order by id',
      this.#log,
    );
    for (const row of rows) {
      this.#log = row.id;
      if (row.trial === 0) {
        if (row.first !== (this.#pens.get(row.pen) ?? 0) + 1)
          this.fail(`an edit was applied twice, or one is missing: ${row.pen}.${String(row.first)}`);
        this.#pens.set(row.pen, row.last);
      }
      const edits = JSON.parse(row.edits) as Wire[];
      const verdicts = JSON.parse(row.verdicts) as { is: string; ver: number; reason?: string }[];
      const stamps = JSON.parse(row.stamps) as number[];
      if (row.trial === 0 && edits.length !== row.last - row.first + 1)
        this.fail('the log counts other edits than it has');
      edits.forEach((edit, at) => {
        const verdict = verdicts[at];
        if (verdict === undefined) return this.fail('an edit was logged without its verdict');
        if (verdict.is !== 'refused') this.#keep(edit);
        this.#judgeStamp(row, edit, stamps[at] ?? 0);
        this.#judgeBase(row, edit);
        if (verdict.is === 'parked') this.#judgeParked(row, edit);
        if (taken.has(verdict.is)) this.#take(row, edit, verdict.ver, stamps[at] ?? 0);
        if (taken.has(verdict.is)) this.#takeInEntry(row, edit, verdict);
      });
    }
    for (const row of rows) this.#judgeLatest(row);
  }

  /** A frame with this count of a section left for a browser. */
  told(browser: string, doc: string, section: string, ver: number): void {
    const place = `${browser} ${doc} ${section}`;
    this.#told.set(place, [...(this.#told.get(place) ?? []), { at: this.#typed.now(), ver }]);
  }
  /** An answer counts on nothing that its author's browser was told after it was typed. */
  #judgeBase({ doc, base }: LogRow, [, kind, holder, field, value]: Wire): void {
    const typed = kind === 'set' ? this.#typed.at.get(JSON.stringify(value)) : undefined;
    if (typed === undefined) return;
    const section = this.#sectionOf(doc, holder, field);
    const counted = (JSON.parse(base) as Record<string, number>)[section] ?? 0;
    const told = this.#told.get(`${typed.browser} ${doc} ${section}`)?.filter(({ at }) => at <= typed.at) ?? [];
    const most = Math.max(this.#begun.get(`${doc} ${section}`) ?? 0, ...told.map(({ ver }) => ver));
    if (counted > most)
      this.fail(
        `an answer in ${section} counts on ${String(counted)}, and was typed when ${String(most)} had been told`,
      );
  }

  /** What is called parked lies where its author finds it. */
  #judgeParked({ doc, person }: LogRow, [, , holder, field]: Wire): void {
    const found = this.#file.all(
      "select 1 from mine where document_id = ? and person_id = ? and what = 'parked' and holder = ? and field = ? limit 1",
      doc,
      person,
      holder,
      field,
    );
    if (found.length === 0) this.fail(`words at ${field} were called parked, and their author has none there`);
  }

  /** A stamp lies between the typing and the arrival, whatever the device's clock says. */
  #judgeStamp({ at }: LogRow, [, kind, , , value]: Wire, stamp: number): void {
    if (stamp > at) this.fail('a stamp is later than the arrival');
    const typed = kind === 'set' ? this.#typed.at.get(JSON.stringify(value)) : undefined;
    if (typed !== undefined && !this.#typed.hasJumped(typed.browser) && stamp < typed.at)
      this.fail(`a stamp lies ${String(typed.at - stamp)} ms before the typing`);
  }

  #keep([, kind, , , value]: Wire): void {
    if (kind === 'text') this.#keptText.push(Buffer.from(String(value), 'base64').toString('utf8'));
    else if (kind === 'add') this.#kept.add((value as { item: string }).item);
    else this.#kept.add(JSON.stringify(kind === 'settle' ? (value as { value: unknown }).value : value));
  }

  #take(row: LogRow, [, kind, holder, field, value]: Wire, ver: number, stamp: number): void {
    const address = `${row.doc} ${holder} ${field}`;
    if (kind === 'text') {
      const known = this.#markers.get(address) ?? new Set();
      for (const marker of Buffer.from(String(value), 'base64').toString('utf8').match(markers) ?? [])
        known.add(marker);
      this.#markers.set(address, known);
    }
    if (kind === 'add') this.#items.set((value as { item: string }).item, row.doc);
    if (kind !== 'set' || this.#typed.rules.get(`${holder} ${field}`) !== 'latest') return;
    // What its author had seen, and what the same device wrote before, goes; of the rest the latest stands.
    const seen = (JSON.parse(row.base) as Record<string, number>)[this.#sectionOf(row.doc, holder, field)] ?? 0;
    const others = (this.#sides.get(address) ?? []).filter((side) => side.device !== row.device && side.ver > seen);
    this.#sides.set(address, [...others, { device: row.device, stamp, ver, value }]);
  }

  #sectionOf(...place: [doc: string, holder: string, field: string]): string {
    const [found] = this.#file.all<{ section: string }>(
      'select section from field where document_id = ? and holder = ? and field = ?',
      ...place,
    );
    return found?.section ?? '';
  }

  /** An entry in which another device wrote what its remover had not seen yet stays. */
  #takeInEntry(row: LogRow, [, kind, holder, field]: Wire, { is, ver }: { is: string; ver: number }): void {
    const written = this.#inEntries.get(holder) ?? [];
    if (kind === 'remove' && is === 'applied') {
      const base = JSON.parse(row.base) as Record<string, number>;
      if (written.some((one) => one.device !== row.device && one.ver > (base[one.section] ?? 0)))
        this.fail('an entry was removed over words that its remover had not seen');
      this.#inEntries.delete(holder);
    }
    if (kind !== 'set' || !this.#items.has(holder)) return;
    const section = this.#sectionOf(row.doc, holder, field);
    this.#inEntries.set(holder, [...written, { device: row.device, section, ver }]);
  }

  /** Of answers that did not know of each other the one with the latest stamp stands, in whatever order they came. */
  #judgeLatest({ doc, edits }: LogRow): void {
    for (const [, , holder, field] of JSON.parse(edits) as Wire[]) {
      const sides = this.#sides.get(`${doc} ${holder} ${field}`);
      if (sides === undefined) continue;
      const latest = Math.max(...sides.map(({ stamp }) => stamp));
      const may = sides.filter(({ stamp }) => stamp === latest).map(({ value }) => JSON.stringify(value));
      const [stands] = this.#file.all<{ value: string }>(
        'select value from field where document_id = ? and holder = ? and field = ?',
        doc,
        holder,
        field,
      );
      if (stands === undefined || !may.includes(stands.value))
        this.fail(`${stands?.value ?? 'nothing'} stands at ${field}, and the latest answer is ${may.join(' or ')}`);
    }
  }

  /** Every marker that was accepted stands once in its text. */
  #judgeTexts(since: number): void {
    for (const { doc, holder, field, tree } of this.#file.all<{
      doc: string;
      holder: string;
      field: string;
      tree: string;
    }>('select document_id as doc, holder, field, tree from text where seq > ?', since)) {
      const stand = tree.match(markers) ?? [];
      const once = new Set(stand);
      if (once.size !== stand.length) this.fail(`a marker stands twice in ${field}`);
      for (const marker of this.#markers.get(`${doc} ${holder} ${field}`) ?? [])
        if (!once.has(marker)) this.fail(`lost: ${marker} was accepted and does not stand in ${field}`);
    }
  }

  /** An entry goes only when somebody asked for that. */
  #judgeItems(): void {
    const rows = this.#file.all<{ id: string; gone: string | null }>('select id, gone from item');
    const here = new Map(rows.map(({ id, gone }) => [id, gone]));
    for (const [item, doc] of this.#items) {
      const gone = here.get(item);
      if (gone === undefined) this.fail(`lost: an entry was accepted and is nowhere: ${item}`);
      else if (gone !== null && !this.#typed.wasRemoved(doc, item)) this.fail('an entry went that nobody removed');
    }
  }

  /** What was sent is dated by the day in England, wherever and whenever servers and devices believe to be. */
  judgeDates(): void {
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' });
    for (const { at, on } of this.#file.all<{ at: number; on: string }>(
      'select submitted_at as at, received_on as "on" from document where submitted_at is not null',
    ))
      if (day.format(at) !== on) this.fail(`received on ${day.format(at)} in England, dated ${on}`);
  }

  /** Nothing in a document that was sent is written any more. */
  #judgeClosed(): void {
    for (const { id, seq } of this.#file.all<{ id: string; seq: number }>(
      `select d.id, max((select coalesce(max(seq), 0) from field where document_id = d.id), (select coalesce(max(seq), 0) from text where document_id = d.id), (select coalesce(max(seq), 0) from item where document_id = d.id)) as seq from document d where d.stage = 'received'`,
    )) {
      const closed = this.#closed.get(id);
      if (closed === undefined) this.#closed.set(id, seq);
      else if (closed !== seq) this.fail('a submitted request changed');
    }
  }
}
