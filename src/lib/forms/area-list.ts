/** The settings of the area as a list to choose from and to read: what a code list is to other fields. */
import type { Hub } from '#lib/device/hub.ts';
import type { AreaSetting } from '#sync/model/area-setting.ts';
import { giveList } from './code-lists.ts';

/** While it is followed, whoever prints a chosen setting finds its name. The answer stops it. */
export const followAreaList = (hub: Hub): (() => void) =>
  hub
    .settings()
    .subscribe((settings) =>
      giveList(
        'settings',
        settings === undefined
          ? undefined
          : { name: 'settings', codes: settings.map(({ id, name }) => ({ key: id, label: name })) },
      ),
    );

/**
 * Id → words to find it by: the name, and the place, because many schools share a saint. Two that still read alike are
 * told apart by their postcode: a chosen one is known by its words alone.
 */
export function choicesOf(settings: readonly AreaSetting[], chosen: string | null): ReadonlyMap<string, string> {
  const withTown = ({ name, address }: AreaSetting) => joined(name, address?.town);
  const alike = (one: AreaSetting) => settings.filter((other) => withTown(other) === withTown(one)).length > 1;
  const choices = new Map(
    settings.map((one) => [
      one.id,
      alike(one) ? joined(withTown(one), one.address?.postcode ?? one.id) : withTown(one),
    ]),
  );
  // A setting can close or merge after it was chosen: the answer stands until somebody changes it.
  if (chosen !== null && !choices.has(chosen)) choices.set(chosen, 'A setting that is no longer in the list');
  return choices;
}

const joined = (...words: readonly (string | undefined)[]): string =>
  words.filter((word) => word !== undefined && word !== '').join(', ');
