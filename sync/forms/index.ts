/** The table of forms. Each is a loader: definitions are heavy and no first screen needs them. */
import type { FormDefinition } from './define.ts';

export const formLoaders: Readonly<Record<string, (() => Promise<FormDefinition>) | undefined>> = {
  request: () => import('./request/index.ts').then((module) => module.request),
};
