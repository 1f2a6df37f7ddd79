/** The table of forms. Each is a loader: definitions are heavy and no first screen needs them. */
import type { FormDefinition } from './define.ts';
import type { FormPast } from './past.ts';

export const formLoaders: Readonly<Record<string, (() => Promise<FormDefinition>) | undefined>> = {
  request: () => import('./request/index.ts').then((module) => module.request),
};

/** A line for each form that has changed since it was first released. */
export const formPasts: Readonly<Record<string, (() => Promise<FormPast>) | undefined>> = {};
