/** What a seed decides before anything happens: who is there, what can go wrong, how long it goes on. */
import { lineFaults } from './network.ts';
import type { SeededRandom } from './random.ts';
import type { TemplateDevice } from './template.ts';

/** Besides what the line does. */
export const otherFaults = [
  'kill-device',
  'kill-server',
  'wrong-clock',
  'quota',
  'time-zone',
  'two-tabs',
  'old-app',
  'new-app',
  'account-closed',
  'summer-time',
  'put-back',
] as const;
const stepsLeast = 52;
export const stepsMost = 80;

export interface Plan {
  readonly faults: ReadonlySet<string>;
  /** From nothing: the request is started in this run. */
  readonly isBare: boolean;
  readonly cast: readonly TemplateDevice[];
  /** Behind a proxy that lets no stream through. */
  readonly pollers: ReadonlySet<TemplateDevice>;
  readonly steps: number;
}

export function planOf(random: SeededRandom, devices: readonly TemplateDevice[], without?: ReadonlySet<string>): Plan {
  const faults = new Set<string>();
  for (const fault of [...lineFaults, ...otherFaults])
    if (random.chance(shares[fault] ?? 40) && without?.has(fault) !== true) faults.add(fault);
  const cast = castOf(devices, random);
  return {
    faults,
    isBare: random.chance(6),
    cast,
    pollers: new Set(cast.filter(() => random.chance(15))),
    steps: stepsLeast + random.below(stepsMost - stepsLeast),
  };
}

/** In how many of a hundred runs, where it is not forty. */
const shares: Readonly<Record<string, number>> = {
  'account-closed': 12,
  'new-app': 12,
  'summer-time': 10,
  'put-back': 15,
  'two-tabs': 25,
};

/** The SENCO and the parent, and one to three of the others. */
function castOf(devices: readonly TemplateDevice[], random: SeededRandom): TemplateDevice[] {
  const [senco, parent, ...others] = devices;
  if (senco === undefined || parent === undefined) throw new Error('nobody is there');
  const more = random.pick([1, 1, 1, 1, 2, 2, 3]);
  const chosen: TemplateDevice[] = [];
  while (chosen.length < more) {
    const one = random.pick(others);
    if (!chosen.includes(one)) chosen.push(one);
  }
  return [senco, parent, ...chosen];
}
