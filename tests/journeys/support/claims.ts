/**
 * What the screen has called saved: at every frame in which the status line says so, everything that stands in the
 * fields at that moment. It is told to the test as it happens, because a killed browser can be asked nothing any more.
 */
import type { BrowserContext } from '@playwright/test';

/** By the id of the control. */
export type Claim = Readonly<Record<string, string>>;

export interface Claims {
  prepare(context: BrowserContext): Promise<void>;
  /** The newest that was called saved. */
  latest(): Claim;
  readonly count: number;
}

export function watchClaims(): Claims {
  let newest: Claim = {};
  let count = 0;
  return {
    latest: () => newest,
    get count() {
      return count;
    },
    async prepare(context) {
      await context.exposeBinding('calledSaved', (_source, claim: Claim) => {
        count += 1;
        newest = { ...newest, ...claim };
      });
      await context.addInitScript(look);
    },
  };
}

function look(): void {
  const tell = (window as unknown as { calledSaved: (claim: Claim) => Promise<void> }).calledSaved;
  let told = '';
  const frame = () => {
    const saving = document.querySelector('[data-saving]')?.getAttribute('data-saving');
    if (saving === 'device' || saving === 'hub' || saving === 'waiting') {
      const controls = [...document.querySelectorAll<HTMLElement>('[id^="field-"]')];
      const claim = JSON.stringify(
        Object.fromEntries(
          controls.flatMap((one): [string, string][] => {
            if (one instanceof HTMLInputElement && one.type !== 'radio' && one.type !== 'checkbox')
              return [[one.id, one.value]];
            return one.isContentEditable ? [[one.id, one.innerText.trimEnd()]] : [];
          }),
        ),
      );
      if (claim !== told) void tell(JSON.parse(claim) as Claim);
      told = claim;
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
