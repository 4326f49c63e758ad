// bindings/contract/contract.json has the promises, and cases for them; each that is kept is recorded.

import { appendFileSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const CONTRACT = process.env.ROBOFY_CONTRACT ?? new URL('../../contract/contract.json', import.meta.url);
const { promises } = JSON.parse(readFileSync(CONTRACT));
const cases = Object.fromEntries(promises.map(({ id, cases }) => [id, cases]));

export function promise(id, keep) {
    test(id, async () => {
        await keep(...cases[id] ?? []);
        if (process.env.ROBOFY_CONTRACT_RESULTS)
            appendFileSync(process.env.ROBOFY_CONTRACT_RESULTS, `${id}\n`);
    });
}
