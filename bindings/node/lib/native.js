// The loaded library: the file that ROBOFY_LIBRARY names, or else the one beside the package, or else the system's.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
    ADVICE, ADVICE_BESIDE, ADVICE_CHOSEN, BESIDE, CANNOT_LOAD, CANNOT_USE, HANDLES, PROTOTYPES, SYSTEM, VERSION,
} from './declarations.js';
import { koffi } from './koffi.js';

export const native = load();

/** The version of the library that is loaded. */
export const version = native.version();

/** The stable name of a status, for logs and metrics: "rate_limited". */
export const statusName = native.statusName;

function load() {
    const { files, advice } = places();
    const reasons = [];
    for (const file of files) {
        let found;
        try {
            const library = koffi.load(file);
            found = library.func(PROTOTYPES.version)();
            if (minor(found) === minor(VERSION))
                return bind(library);
        } catch (error) {
            reasons.push(`${file}: ${error.message}`);
            continue;
        }
        throw new Error(say(CANNOT_USE, { file, found, version: VERSION, advice }));
    }
    throw new Error(say(CANNOT_LOAD, { reasons: reasons.join('; '), advice }));
}

/** The files to try, and what to do where none of them can be used. */
function places() {
    const chosen = process.env.ROBOFY_LIBRARY;
    if (chosen)
        return { files: [chosen], advice: ADVICE_CHOSEN };
    const beside = fileURLToPath(new URL(`../${BESIDE[process.platform]}`, import.meta.url));
    return existsSync(beside)
        ? { files: [beside], advice: ADVICE_BESIDE }
        : { files: SYSTEM[process.platform], advice: ADVICE };
}

/** Names of types are the process's: a second copy of this package, as in a test runner's own modules, has others. */
function bind(library) {
    const copy = process.hrtime.bigint();
    const named = (words) => words.replace(/\bRobofy\w+/g, (type) => `${type}_${copy}`);
    HANDLES.forEach((handle) => koffi.opaque(named(handle)));
    koffi.disposable(named('RobofyText'), 'str', library.func(PROTOTYPES.freeString));
    return Object.fromEntries(
        Object.entries(PROTOTYPES).map(([name, prototype]) => [name, library.func(named(prototype))]));
}

function minor(version) {
    return version.split('.', 2).join('.');
}

function say(message, words) {
    return message.replace(/{(\w+)}/g, (_, name) => words[name]);
}
