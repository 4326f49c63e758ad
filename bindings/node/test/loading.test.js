import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { VERSION } from '../lib/declarations.js';
import { promise } from './promises.js';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const LIBRARY = resolve(process.env.ROBOFY_LIBRARY);
const directory = mkdtempSync(join(tmpdir(), 'robofy-'));
after(() => rmSync(directory, { recursive: true }));

/** A copy of the package without a library beside it, nor koffi. */
function installed(name) {
    for (const file of ['package.json', 'index.js', 'lib'])
        cpSync(join(PACKAGE, file), join(directory, name, file), { recursive: true });
    return join(directory, name);
}

function withKoffi(copy) {
    symlinkSync(join(PACKAGE, 'node_modules'), join(copy, 'node_modules'));
    return copy;
}

function compiled(version) {
    const file = join(directory, `librobofy-${version}.so`);
    execFileSync('cc', ['-shared', '-fPIC', '-x', 'c', '-o', file, '-'],
        { input: `const char *robofy_version(void) { return "${version}"; }` });
    return file;
}

async function load(copy, environment) {
    const source = `console.log((await import(${JSON.stringify(join(copy, 'index.js'))})).version)`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source],
        { env: { ...process.env, ROBOFY_LIBRARY: '', ...environment } });
    return stdout.trim();
}

const copy = withKoffi(installed('robofy'));

promise('loading', async () => {
    assert.equal(await load(copy, { ROBOFY_LIBRARY: LIBRARY }), VERSION);
    await assert.rejects(load(copy), /librobofy.so.0: .*install robofy .*, or set ROBOFY_LIBRARY to the path/);
    symlinkSync(LIBRARY, join(directory, 'librobofy.so.0'));
    assert.equal(await load(copy, { LD_LIBRARY_PATH: directory }), VERSION);
    const beside = withKoffi(installed('beside'));
    writeFileSync(join(beside, 'librobofy.so'), 'broken');
    await assert.rejects(
        load(beside, { LD_LIBRARY_PATH: directory }),
        /cannot be loaded \(\S*\/beside\/librobofy.so: [^;]*\): only the file beside the package is tried: /);
    rmSync(join(beside, 'librobofy.so'));
    symlinkSync(LIBRARY, join(beside, 'librobofy.so'));
    assert.equal(await load(beside), VERSION);

    const refused = (file, message) => assert.rejects(load(copy, { ROBOFY_LIBRARY: file }), message);
    await refused('/nowhere/librobofy.so', /nowhere.*point ROBOFY_LIBRARY to the shared library of robofy/);
    await refused('libc.so.6', /libc.so.6.*robofy_version.*point ROBOFY_LIBRARY/);
    await refused(compiled('0.999.0'), /librobofy-0.999.0.so is robofy 0.999.0, and this package is robofy .*: point ROBOFY_LIBRARY/);
    await refused(compiled('1'), /librobofy-1.so is robofy 1, and this package is robofy .*: point ROBOFY_LIBRARY/);
    await refused(compiled(VERSION), /robofy_\w+.*point ROBOFY_LIBRARY/);
});

test('a package without koffi says how it gets there', async () => {
    await assert.rejects(load(installed('linked')), /koffi.*npm pack/);
});

test('two copies of the package share a process', async () => {
    const urls = ['first', 'second'].map((name) => JSON.stringify(join(withKoffi(installed(name)), 'index.js')));
    const source = `for (const url of [${urls}]) (await import(url)).statusName(0)`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source]);
});

test('the package has the version of its declarations', () => {
    assert.equal(JSON.parse(readFileSync(join(PACKAGE, 'package.json'))).version, VERSION);
});
