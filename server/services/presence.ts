/**
 * Who writes where now, in memory alone: in no table, in no log, and forgotten by itself. What a device says is kept as
 * it came, whoever says it; whether anybody is told is asked anew, by the rights of that moment, each time somebody
 * could be told (`presence-here.ts`). Several servers know the same because each hears what all are told.
 */
import type { DeviceId, DocumentId, PenId, PersonId } from '#sync/model/ids.ts';
import type { Ports } from '#server/ports.ts';
import type { PresenceBus, PresenceWord } from './presence-bus.ts';

export type Place = NonNullable<PresenceWord['place']>;

export interface Presence {
  say(word: PresenceWord): void;
  /** Calls `heard` when something may have changed for this device; only a hint. Answers the way to stop. */
  listen(device: DeviceId, heard: () => void): () => void;
  /** Others who say that they write in a document in which this device says that it is. */
  near(authority: string, person: PersonId, device: DeviceId): readonly PresenceWord[];
  close(): void;
}

/** Whoever says nothing for so long is not there any more. */
export const silenceMs = 90_000;

interface Claim {
  readonly word: PresenceWord & { readonly place: Place };
  readonly until: number;
}

export function openPresence({ now }: Pick<Ports, 'now'>, bus: PresenceBus): Presence {
  const claims = new Map<DeviceId, Map<PenId, Claim>>();
  const devicesIn = new Map<DocumentId, Set<DeviceId>>();
  const listeners = new Map<DeviceId, Set<() => void>>();
  let sweptAt = now();

  const standing = (device: DeviceId): Claim[] =>
    [...(claims.get(device)?.values() ?? [])].filter(({ until }) => until > now());
  const remove = (device: DeviceId, pen: PenId) => {
    const own = claims.get(device);
    const doc = own?.get(pen)?.word.place.doc;
    if (own === undefined || doc === undefined) return;
    own.delete(pen);
    if (own.size === 0) claims.delete(device);
    if ([...own.values()].some(({ word }) => word.place.doc === doc)) return;
    const there = devicesIn.get(doc);
    there?.delete(device);
    if (there?.size === 0) devicesIn.delete(doc);
  };
  const sweep = () => {
    if (now() - sweptAt < silenceMs) return;
    sweptAt = now();
    for (const [device, own] of claims) for (const [pen, { until }] of own) if (until <= now()) remove(device, pen);
  };
  const ring = (docs: readonly (DocumentId | undefined)[]) => {
    const concerned = new Set(docs.flatMap((doc) => (doc === undefined ? [] : [...(devicesIn.get(doc) ?? [])])));
    for (const device of concerned) for (const heard of [...(listeners.get(device) ?? [])]) heard();
  };

  const take = (word: PresenceWord) => {
    sweep();
    const { device, place } = word;
    const own = claims.get(device);
    if (word.pen === null || place === null) {
      const pens = word.pen === null ? [...(own?.keys() ?? [])] : [word.pen];
      const left = pens.map((pen) => own?.get(pen)?.word.place.doc);
      for (const pen of pens) remove(device, pen);
      ring(left);
      return;
    }
    const before = own?.get(word.pen);
    remove(device, word.pen);
    const kept = claims.get(device) ?? new Map<PenId, Claim>();
    // A device has a few tabs; one that invents hundreds fills nothing.
    const [oldest] = kept.keys();
    if (kept.size >= pensPerDeviceMax && oldest !== undefined) remove(device, oldest);
    claims.set(device, kept.set(word.pen, { word: { ...word, place }, until: now() + silenceMs }));
    devicesIn.set(place.doc, (devicesIn.get(place.doc) ?? new Set()).add(device));
    const isRenewal =
      before !== undefined &&
      before.until > now() &&
      before.word.place.doc === place.doc &&
      before.word.place.section === place.section;
    if (!isRenewal) ring([before?.word.place.doc, place.doc]);
  };
  const stop = bus.hear(take);

  return {
    say: (word) => bus.tell(word),
    listen(device, heard) {
      const own = listeners.get(device) ?? new Set();
      listeners.set(device, own.add(heard));
      return () => {
        own.delete(heard);
        if (own.size === 0 && listeners.get(device) === own) listeners.delete(device);
      };
    },
    near(authority, person, device) {
      const docs = new Set(standing(device).map(({ word }) => word.place.doc));
      return [...docs].flatMap((doc) =>
        [...(devicesIn.get(doc) ?? [])]
          .flatMap(standing)
          .map(({ word }) => word)
          .filter((word) => word.place.doc === doc && word.authority === authority && word.person !== person),
      );
    },
    close: stop,
  };
}
const pensPerDeviceMax = 8;
