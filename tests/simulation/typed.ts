/**
 * The simulation's own memory of what people typed and were told was saved. Written without the project's fold or store,
 * because it judges them: at any moment every word in here must be found somewhere its author can get at it.
 */
import type { DocumentId, Holder, ItemId } from '#sync/model/ids.ts';
import type { Json } from '#sync/model/edit.ts';

interface Saving {
  readonly ok: boolean;
}
/** A document as its writer names it; `tab` is the page that it is open in. */
export interface Place {
  readonly id: DocumentId;
  readonly pen: string;
}
export interface Hand {
  readonly who: string;
  readonly browser: string;
  readonly tab: number;
}
export interface Claim {
  readonly hand: Hand;
  readonly doc: DocumentId;
  readonly what: 'scalar' | 'text' | 'item' | 'settle';
  /** As it stands within JSON. */
  readonly needle: string;
  /** Those typed later in the same place by the same pen: a waiting edit may take a later value. */
  readonly later: Claim[];
  /** Told to be saved; without it the words are in the memory of a living page. */
  isSaved: boolean;
}

export class Typed {
  readonly #places = new Map<string, Claim[]>();
  /** All that was ever typed: the only words that may ever be seen, and only in that document. */
  readonly homes = new Map<string, DocumentId>();
  /** `holder field` → the rule that the form names for it. */
  readonly rules = new Map<string, string>();
  readonly #removals = new Set<string>();
  readonly #jumped = new Set<string>();
  #open: Claim[] = [];
  readonly #settled: Claim[] = [];
  #count = 0;
  /** When and in which browser each answer was typed, by the true time. */
  readonly at = new Map<string, { readonly at: number; readonly browser: string }>();
  saved = 0;
  unsaved = 0;
  readonly now: () => number;
  constructor(now: () => number = () => 0) {
    this.now = now;
  }

  /** As it stands, for another run to begin with. All of it is on the server by then. */
  copy(now: () => number): Typed {
    const copy = new Typed(now);
    for (const [word, doc] of this.homes) copy.homes.set(word, doc);
    for (const [address, rule] of this.rules) copy.rules.set(address, rule);
    copy.#count = this.#count;
    return copy;
  }

  nextWord(who: string): string {
    return `${who}-${(this.#count += 1)}`;
  }
  nextMarker(who: string): string {
    return `«${who}-${(this.#count += 1)}»`;
  }
  nextPhone(): string {
    return `0${1_000_000_000 + (this.#count += 1)}`;
  }
  nextDate(): string {
    const day = (this.#count += 1);
    return `${1950 + Math.floor(day / 336)}-${String(1 + (Math.floor(day / 28) % 12)).padStart(2, '0')}-${String(1 + (day % 28)).padStart(2, '0')}`;
  }

  scalar(
    hand: Hand,
    at: Place,
    holder: Holder,
    field: string,
    rule: string,
    value: Json,
    saved: Promise<Saving>,
  ): void {
    this.homes.set(typeof value === 'string' ? value : JSON.stringify(value), at.id);
    this.rules.set(`${holder} ${field}`, rule);
    this.at.set(JSON.stringify(value), { at: this.now(), browser: hand.browser });
    this.#note(hand, at.id, `${at.id} ${at.pen} ${holder} ${field}`, 'scalar', JSON.stringify(value), saved);
  }
  settled(hand: Hand, at: Place, holder: Holder, field: string, value: Json, saved: Promise<Saving>): void {
    this.#note(hand, at.id, `${at.id} ${at.pen} ${holder} ${field}`, 'settle', JSON.stringify(value), saved);
  }
  text(hand: Hand, at: Place, marker: string, saved: Promise<Saving>): void {
    this.homes.set(marker, at.id);
    this.#note(hand, at.id, `${at.id} ${marker}`, 'text', marker, saved);
  }
  item(hand: Hand, at: Place, item: ItemId, saved: Promise<Saving>): void {
    this.#note(hand, at.id, `${at.id} ${item}`, 'item', item, saved);
  }
  removed(doc: DocumentId, item: ItemId): void {
    this.#removals.add(`${doc} ${item}`);
  }
  wasRemoved(doc: string, item: string): boolean {
    return this.#removals.has(`${doc} ${item}`);
  }

  /** From here on this browser's word about how long ago something was typed proves nothing. */
  clockJumped(browser: string): void {
    this.#jumped.add(browser);
  }
  hasJumped(browser: string): boolean {
    return this.#jumped.has(browser);
  }

  /** What was only in this page's memory is gone with it, and nobody was told otherwise. */
  killed(browser: string, tab: number): void {
    const isDead = (claim: Claim) => !claim.isSaved && claim.hand.browser === browser && claim.hand.tab === tab;
    this.#open = this.#open.filter((claim) => !isDead(claim));
  }

  /** Not yet found on the server: to be looked for at every step. */
  open(): readonly Claim[] {
    return this.#open;
  }
  keep(isOpen: (claim: Claim) => boolean): void {
    this.#open = this.#open.filter((claim) => {
      if (isOpen(claim)) return true;
      this.#settled.push(claim);
      return false;
    });
  }
  /** The server has lost what it held: all of it is looked for again, on the devices of those who typed it. */
  reopen(): void {
    this.#open.push(...this.#settled.splice(0));
  }

  #note(hand: Hand, doc: DocumentId, place: string, what: Claim['what'], needle: string, saved: Promise<Saving>): void {
    const claim: Claim = { hand, doc, what, needle, later: [], isSaved: false };
    const before = this.#places.get(place) ?? [];
    for (const one of before) one.later.push(claim);
    this.#places.set(place, [...before, claim]);
    this.#open.push(claim);
    void saved.then((result) => {
      if (result.ok) this.saved += 1;
      else this.unsaved += 1;
      if (result.ok) claim.isSaved = true;
    });
  }
}
