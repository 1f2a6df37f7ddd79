/**
 * F1: a request for an EHC needs assessment. Children and Families Act 2014, section 36(1). Ten sections are drawn;
 * those with `within` are parts of them, apart because who may see or write them differs.
 */
import { defineForm } from '../define.ts';
import { child, childAddress, childOfficer, childPhoto, childSetting } from './child.ts';
import { consent } from './consent.ts';
import { contactPrivate, contacts } from './contacts.ts';
import { documents } from './documents.ts';
import { important, importantFamily, importantSetting } from './important.ts';
import { needs, needsCognition, needsCommunication, needsSemh, needsSensory } from './needs.ts';
import { requester, requesterAddress } from './requester.ts';
import { requestSaidTo } from './said-to.ts';
import { currentSettings, currentUnit, previousSettings, previousUnit } from './settings.ts';
import { views, viewsParent } from './views.ts';

export const request = defineForm({
  kind: 'request',
  title: 'Request for an EHC needs assessment',
  version: 1,
  saidTo: requestSaidTo,
  sections: {
    consent,
    requester,
    'requester-address': requesterAddress,
    child,
    'child-address': childAddress,
    'child-photo': childPhoto,
    'child-setting': childSetting,
    'child-officer': childOfficer,
    contacts,
    'contact-private': contactPrivate,
    'current-settings': currentSettings,
    'current-unit': currentUnit,
    'previous-settings': previousSettings,
    'previous-unit': previousUnit,
    important,
    'important-family': importantFamily,
    'important-setting': importantSetting,
    views,
    'views-parent': viewsParent,
    needs,
    'needs-communication': needsCommunication,
    'needs-cognition': needsCognition,
    'needs-semh': needsSemh,
    'needs-sensory': needsSensory,
    documents,
  },
});
