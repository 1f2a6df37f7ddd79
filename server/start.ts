/** `npm start`: the app is built when that is needed, then the server runs from its sources. */
import { buildAppWhenStale } from './app-build.ts';

buildAppWhenStale();
await import('./main.ts');
