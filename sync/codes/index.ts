/**
 * The table of code lists. Each is a loader: the lists are heavy and no first screen needs them. The list `settings`
 * (the settings of the area) is not here: it belongs to an authority, and the Hub supplies it under that name.
 */
import type { CodeList } from './code-list.ts';

export { labelsOf, offeredOn, type CodeList } from './code-list.ts';

const small = () => import('./small-lists.ts');

export const codeLists: Readonly<Record<string, (() => Promise<CodeList>) | undefined>> = {
  languages: () => import('./languages.ts').then((module) => module.languages),
  'communication-methods': () => import('./communication-methods.ts').then((module) => module.communicationMethods),
  ethnicity: () => import('./ethnicity.ts').then((module) => module.ethnicity),
  'legal-status': () => import('./legal-status.ts').then((module) => module.legalStatus),
  'setting-types': () => import('./setting-types.ts').then((module) => module.settingTypes),
  'establishment-types': () => import('./establishment-types.ts').then((module) => module.establishmentTypes),
  'contact-roles': () => import('./contact-roles.ts').then((module) => module.contactRoles),
  'document-categories': () => import('./document-categories.ts').then((module) => module.documentCategories),
  'local-authorities': () => import('./local-authorities.ts').then((module) => module.localAuthorities),
  'upn-unknown': () => import('./upn-unknown.ts').then((module) => module.upnUnknown),
  gender: () => small().then((module) => module.gender),
  sex: () => small().then((module) => module.sex),
  placement: () => small().then((module) => module.placement),
  hours: () => small().then((module) => module.hours),
  unit: () => small().then((module) => module.unit),
  'contact-by': () => small().then((module) => module.contactBy),
  'first-request': () => small().then((module) => module.firstRequest),
  'consent-given': () => small().then((module) => module.consentGiven),
  'consent-how': () => small().then((module) => module.consentHow),
  'leaving-reasons': () => small().then((module) => module.leavingReasons),
  tags: () => small().then((module) => module.tags),
  'setting-tags': () => small().then((module) => module.settingTags),
};
