/** The schools, nurseries and colleges of one authority's area: the same for everyone who signs in there. */
import { settingKinds, type AreaSetting, type SettingKind } from '#sync/model/area-setting.ts';
import type { AuthorityId } from '#sync/model/ids.ts';
import { organisationsOfKinds } from '#server/storage/people.ts';
import type { Deps } from './deps.ts';

export async function areaSettings({ storage }: Pick<Deps, 'storage'>, authority: AuthorityId): Promise<AreaSetting[]> {
  const rows = await organisationsOfKinds(storage.db, authority, settingKinds);
  return rows.map(({ id, name, kind, establishment_type: type, address }) => ({
    id,
    name,
    kind: kind as SettingKind,
    type,
    address: address === null ? null : (JSON.parse(address) as AreaSetting['address']),
  }));
}
