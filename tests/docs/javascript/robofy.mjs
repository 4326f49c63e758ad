// Takes what an example offers, and answers the first message.
import { call } from './calls.mjs';

export class Client {}

export class Inbox {
    #offered = Promise.withResolvers?.() ?? resolvers();

    async offerText(channelId, user, messageId, text) {
        call('offerText', channelId, user, messageId, text);
        this.#offered.resolve({ to: user, replyTo: messageId });
        return 'queued';
    }

    async pause(user, ms) {
        call('pause', user, ms);
    }

    async sent(outcome, part, providerId) {
        call('sent', outcome.kind, part, providerId);
    }

    async *[Symbol.asyncIterator]() {
        const whom = await this.#offered.promise;
        yield { ...whom, kind: 'typing', parts: [] };
        yield { ...whom, kind: 'answer', parts: ['Hello!', 'How are you?'] };
    }
}

function resolvers() {
    const made = {};
    made.promise = new Promise((resolve) => Object.assign(made, { resolve }));
    return made;
}
