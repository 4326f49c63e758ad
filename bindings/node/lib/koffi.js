import { createRequire } from 'node:module';

export const koffi = load();

function load() {
    try {
        return createRequire(import.meta.url)('koffi');
    } catch (error) {
        if (error.code !== 'MODULE_NOT_FOUND')
            throw error;
        throw new Error(
            'koffi, which robofy needs, is not installed: npm leaves it out where it links to a folder; ' +
            'install a package that is packed: npm install "$(npm pack PATH)"',
            { cause: error });
    }
}
