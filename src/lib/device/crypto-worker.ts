/** The one worker that holds keys. Nothing else runs in it. */
import { answerCalls, type ToWorker } from './worker-vault.ts';
import { localKeeper } from './vault-keeper.ts';

const answer = answerCalls(localKeeper((count) => crypto.getRandomValues(new Uint8Array(count))));

self.onmessage = (event: MessageEvent<ToWorker>) => {
  void answer(event.data).then((answers) => {
    self.postMessage(answers);
  });
};
