/** The settings of the area, the same for everybody who signs in to its authority. */
import type { AreaSetting } from '../model/area-setting.ts';

export interface SettingsReply {
  readonly settings: readonly AreaSetting[];
}
