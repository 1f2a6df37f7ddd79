/**
 * Who else is in a document, as its screen shows it, and where this person is in it, as far as the screen can tell: in
 * the section whose field has the focus, or only looking. A page that is not looked at is nowhere.
 */
import { createSubscriber } from 'svelte/reactivity';
import type { Presence } from '#lib/device/presence.ts';
import { declaredKey, type SectionKey } from '#sync/model/ids.ts';
import type { By } from '#sync/protocol/changes.ts';
import type { Here } from '#sync/protocol/presence.ts';
import type { DocumentView } from './document-view.ts';
import { online } from './online.ts';

export interface OthersHere {
  /** Who else writes in any of these declared sections now. */
  in(sections: readonly string[]): readonly By[];
  /** Everybody else in the document. */
  all(): readonly By[];
  /** Follows this person under an element; the answer stops it. */
  follow(root: HTMLElement): () => void;
  stop(): void;
}

export function othersHere(opened: DocumentView): OthersHere {
  let presence: Presence | undefined;
  let here: readonly Here[] = [];
  let isStopped = false;
  let update: (() => void) | undefined;
  /** Without a connection nobody knows who is there: an old word about it is no news. */
  let isOnline = true;
  const stopOnline = online.subscribe((now) => {
    isOnline = now;
    update?.();
  });
  let place: SectionKey | null | undefined;
  const watch = createSubscriber((changed) => {
    update = changed;
    return () => (update = undefined);
  });
  // Without this part of the app one writes as well as with it.
  void opened.presence().then(
    (joined) => {
      if (joined === undefined || isStopped) return joined?.stop();
      presence = joined;
      joined.here.subscribe((now) => {
        here = now;
        update?.();
      });
      joined.at(place);
    },
    () => undefined,
  );
  const at = (next: SectionKey | null | undefined) => {
    place = next;
    presence?.at(next);
  };

  const peopleOf = (wanted: (one: Here) => boolean): readonly By[] => {
    watch();
    const people = new Map((isOnline ? here : []).filter(wanted).flatMap(({ who }) => who.map((one) => [one.id, one])));
    return [...people.values()];
  };
  return {
    in: (sections) => peopleOf(({ section }) => section !== null && sections.includes(declaredKey(section))),
    all: () => peopleOf(() => true),
    follow(root) {
      let last: SectionKey | null = null;
      const lookAt = (target: EventTarget | null) => {
        const section = target instanceof Element ? target.closest<HTMLElement>('[data-section]') : null;
        if (section !== null && root.contains(section)) last = section.dataset.section as SectionKey;
        at(last);
      };
      const onSign = () => at(document.visibilityState === 'hidden' ? undefined : last);
      const onFocus = (event: Event) => lookAt(event.target);
      const leave = () => at(undefined);
      for (const name of ['focusin', 'input'] as const) root.addEventListener(name, onFocus);
      for (const name of ['keydown', 'pointerdown', 'scroll'] as const)
        document.addEventListener(name, onSign, { passive: true });
      document.addEventListener('visibilitychange', onSign);
      addEventListener('pagehide', leave);
      addEventListener('pageshow', onSign);
      onSign();
      return () => {
        for (const name of ['focusin', 'input'] as const) root.removeEventListener(name, onFocus);
        for (const name of ['keydown', 'pointerdown', 'scroll'] as const) document.removeEventListener(name, onSign);
        document.removeEventListener('visibilitychange', onSign);
        removeEventListener('pagehide', leave);
        removeEventListener('pageshow', onSign);
        leave();
      };
    },
    stop() {
      isStopped = true;
      stopOnline();
      presence?.stop();
    },
  };
}
