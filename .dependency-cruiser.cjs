// Import directions of the house. ARCHITECTURE.md says why; this keeps it true.
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const TEST = '\\.test\\.tsx?$';

/** Modules that never import each other: each implements ports of the core. */
const ADAPTERS = ['store', 'devices', 'printing', 'replication', 'hall', 'secrets', 'attachments'];

module.exports = {
  forbidden: [
    rule('no-cycles', 'A circle of imports has no order to read it in.', {}, { circular: true }),
    rule('no-unresolvable', 'Every import leads somewhere.', { pathNot: TEST }, { couldNotResolve: true }),
    rule(
      'words-alone',
      'Words that screens and paper share import nothing.',
      { path: '^src/shared/words/' },
      { pathNot: '^src/shared/words/' },
    ),
    rule('domain-alone', 'Pure rules import nothing.', { path: '^src/shared/domain/', pathNot: TEST }, { pathNot: '^src/shared/domain/' }),
    rule(
      'contract-and-wire',
      'The contract and the wire import the domain and their schema libraries.',
      { path: '^src/shared/(contract|wire)/', pathNot: TEST },
      { pathNot: ['^src/shared/', '^node_modules/(@orpc/contract|zod)/'] },
    ),
    rule(
      'contract-not-wire',
      'The contract knows nothing of headquarters, the wire nothing of screens.',
      { path: '^src/shared/(contract|wire)/', pathNot: TEST },
      { path: '^src/shared/(contract|wire)/', pathNot: '^src/shared/$1/' },
    ),
    rule(
      'core-over-ports',
      'Use cases see the domain, the contract and ports; of the kit only the words their ports are made of.',
      { path: '^src/main/core/', pathNot: TEST },
      { path: ['^src/', '^drivers/', '^migrations/'], pathNot: ['^src/main/core/', '^src/shared/(domain|contract)/', '^drivers/kit/'] },
    ),
    ...ADAPTERS.map((name) =>
      rule(
        `${name}-apart`,
        'Implementations of ports never import each other, nor a host.',
        { path: `^src/main/${name}/`, pathNot: TEST },
        { path: `^src/main/(${[...ADAPTERS.filter((other) => other !== name), 'hosts'].join('|')})/` },
      ),
    ),
    rule(
      'adapters-see-ports-only',
      'Of the core an implementation sees the ports, not the use cases.',
      { path: `^src/main/(${ADAPTERS.join('|')}|processes)/`, pathNot: TEST },
      { path: '^src/main/core/', pathNot: '^src/main/core/ports/' },
    ),
    rule(
      'processes-apart',
      'What the processes share knows none of them.',
      { path: '^src/main/processes/', pathNot: TEST },
      { path: `^src/main/(${ADAPTERS.join('|')}|hosts)/` },
    ),
    rule(
      'drivers-over-kit',
      'A driver folder sees itself and the kit, nothing of the counter and no other driver.',
      { path: '^drivers/([^/]+)/', pathNot: [TEST, '^drivers/kit/'] },
      { path: ['^src/', '^drivers/', '^migrations/'], pathNot: ['^drivers/kit/', '^drivers/$1/'] },
    ),
    rule(
      'kit-over-domain',
      'The kit sees the domain only.',
      { path: '^drivers/kit/', pathNot: TEST },
      {
        path: ['^src/', '^drivers/'],
        pathNot: ['^drivers/kit/', '^src/shared/domain/'],
      },
    ),
    rule(
      'conformance-in-tests',
      'The conformance suites are tests: only tests import them, and they alone may import vitest beside tests.',
      { path: '^(src|drivers|scripts)/', pathNot: [TEST, '^drivers/kit/conformance/'] },
      { path: ['^drivers/kit/conformance/', '^node_modules/vitest/'] },
    ),
    rule(
      'no-driver-by-name',
      'Drivers are found through their manifests; no list names a vendor.',
      { path: '^src/', pathNot: TEST },
      { path: '^drivers/', pathNot: '^drivers/kit/' },
    ),
    rule(
      'renderer-over-contract',
      'A screen sees the contract, the domain, and the words that paper shares with it.',
      { path: '^src/renderer/', pathNot: TEST },
      { path: ['^src/', '^drivers/', '^migrations/'], pathNot: ['^src/renderer/', '^src/shared/(contract|domain|words)/'] },
    ),
    rule(
      'hq-apart',
      'Headquarters shares domain and wire with the branch, nothing else.',
      { path: '^src/hq/', pathNot: TEST },
      { path: ['^src/', '^drivers/', '^migrations/'], pathNot: ['^src/hq/', '^src/shared/(domain|wire|words)/', '^migrations/hq/'] },
    ),
    rule(
      'electron-in-its-host',
      'Everything but the Electron host and the preload runs without Electron.',
      { pathNot: ['^src/main/hosts/electron/', '^src/preload/'] },
      { path: '^node_modules/electron/' },
    ),
    rule(
      'hosts-on-top',
      'Nothing imports a host but its own tests and the tools that start one.',
      { path: '^(src|drivers|migrations)/', pathNot: ['^src/main/hosts/', TEST] },
      { path: '^src/main/hosts/' },
    ),
    rule(
      'no-tests-in-product',
      'Product code never imports a test.',
      { path: '^(src|drivers|migrations)/', pathNot: TEST },
      { path: [TEST, '^tests/'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(css|svg|png)$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
