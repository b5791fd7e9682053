import { defineConfig } from 'vitest/config'
import { Order } from './test/order.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/scratch.ts'],
    setupFiles: ['test/starter/setup.ts'],
    // Stories run real git and real processes: generous limits, never waits for luck.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    // One more than the two processors that CI has: stories wait more than they compute.
    maxWorkers: 3,
    // Node reads our sources itself, as it does in production; and a story takes less time than loading all of them anew for each file.
    isolate: false,
    experimental: { viteModuleRunner: false },
    sequence: { sequencer: Order },
    // Much is made and soon forgotten.
    execArgv: ['--min-semi-space-size=16', '--max-semi-space-size=32'],
    reporters: ['default'],
  },
})
