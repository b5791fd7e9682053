import { describe, expect, test } from 'vitest'
import { emptyControls } from '../../../core/ledger.ts'
import { isGuide, lacksGuide } from '../../../core/lessons/guide.ts'
import { readManifest } from '../../../core/paths/manifest.ts'
import { plan } from '../../../core/plan.ts'
import { writeGuide } from '../../../core/words/guide.ts'
import type { TaskFacts } from '../../../core/world.ts'
import {
  at,
  bob,
  makeChange,
  makeConfig,
  makeProposedTask,
  makePull,
  makeTask,
  makeWorld,
  sha,
} from '../../make.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const shown = makeProposedTask()

describe('files that tell agents how to work', () => {
  test.each([
    ...[
      'AGENTS.md',
      'agents.md',
      'Agents.MD',
      'AGENT.md',
      'AGENTS.rst',
      'docs/AGENTS.md',
      '.github/AGENTS.md',
    ],
    ...['CLAUDE.md', 'claude.local.md', '.claude/CLAUDE.md', 'GEMINI.md', 'QWEN.md'],
    ...['.github/copilot-instructions.md', '.github/Copilot-Instructions.md', '.github/instructions/ts.md'],
    ...['.cursorrules', '.cursor/rules/all.mdc', '.windsurfrules', '.clinerules', '.clinerules/tests.md'],
  ])('%s is one', path => expect(isGuide(path)).toBe(true))

  test.each([
    ...['README.md', 'CONTRIBUTING.md', 'src/agents.md', 'src/agents.ts', 'agents/index.md', 'AGENTS'],
    ...[
      'MY-AGENTS.md',
      'AGENTS.md.bak',
      'packages/a/CLAUDE.md',
      'node_modules/x/AGENTS.md',
      '.github/agents.yml',
    ],
    ...['.github/instructions.md', '.cursorrules.bak', 'docs/agents/readme.md'],
  ])('%s is none', path => expect(isGuide(path)).toBe(false))
})

describe('is one offered', () => {
  const given = {
    paths: ['README.md', 'src/a.ts'],
    config: makeConfig(),
    ruling: emptyControls,
    tasks: [shown],
  }
  const who = { by: { id: bob.id, login: bob.login }, at: at(20) }
  const bringing = (state: 'open' | 'closed') =>
    makeProposedTask({ pull: makePull({ state, changes: [makeChange({ path: 'AGENTS.md' })] }) })

  test('once a pull request of ours is there, yes', () => expect(lacksGuide(given)).toBe(true))
  test('also after that was merged', () => {
    const tasks = [makeProposedTask({ pull: makePull({ state: 'merged' }) })]
    expect(lacksGuide({ ...given, tasks })).toBe(true)
  })
  test.each<[why: string, over: Partial<typeof given>]>([
    ['there is one', { paths: ['README.md', 'claude.md'] }],
    ['the configuration says no', { config: makeConfig({ agents_md: false }) }],
    ['nobody has asked for anything here', { tasks: [] }],
    ['nothing of ours was shown yet', { tasks: [makeTask()] }],
    [
      'it was somebody else’s pull request',
      { tasks: [makeProposedTask({ pull: makePull({ ours: false }) })] },
    ],
    ['the repository is paused', { ruling: { ...emptyControls, paused: who } }],
    ['the repository is stopped', { ruling: { ...emptyControls, stopped: who } }],
    ['a task is about to bring one', { tasks: [shown, bringing('open')] }],
  ])('not where %s', (_, over) => expect(lacksGuide({ ...given, ...over })).toBe(false))
  test('a task that would have brought one, and was closed, is in nobody’s way', () => {
    expect(lacksGuide({ ...given, tasks: [shown, bringing('closed')] })).toBe(true)
  })
})

describe('what is planned', () => {
  const run = (guide: { manifests: [] } | null, tasks: readonly TaskFacts[] = []) =>
    plan(makeWorld({ guide, tasks }), tools).effects
  test('nothing where nothing is known to be missing', () => expect(run(null)).toEqual([]))
  test('a branch of its own on the head, by pull request', () => {
    expect(run({ manifests: [] })).toEqual([
      expect.objectContaining({ do: 'propose', branch: 'chorus/agents-md', into: 'main', path: 'AGENTS.md' }),
    ])
  })
  test('after all that tasks need', () => {
    const does = run({ manifests: [] }, [makeTask()]).map(effect => effect.do)
    expect(does.indexOf('propose')).toBeGreaterThan(does.indexOf('claim'))
    expect(does).toContain('claim')
  })
  test('its gate is green, and says that people decide', () => {
    const strangers = [{ number: 40, head: sha(0x40), proposal: true }]
    expect(plan(makeWorld({ strangers }), tools).effects).toEqual([
      expect.objectContaining({ do: 'gate', conclusion: 'success', title: 'A proposal: people decide' }),
    ])
  })
})

describe('what it says', () => {
  const config = makeConfig({
    setup: ['npm ci', 'set -e\napt-get update\napt-get install -y jq'],
    checks: [{ name: 'tests', run: 'npm test' }],
    gates: { protected: ['.github/**'], core: ['src/money/**'] },
  })
  const scripts = { start: 'node .', release: 'x', test: 'vitest run', lint: 'biome check' }
  const commands = readManifest('package.json', JSON.stringify({ scripts }))

  test('what configuration and manifests say', () => {
    expect(writeGuide({ manifests: [{ path: 'package.json', commands }] }, config)).toBe(
      [
        '# How to work here',
        'For coding agents, and for people who work like them. Keep it short and true.',
        '## Set up',
        '- `npm ci`\n- `set -e` (and 2 more lines in `.github/chorus.yml`)',
        '## What has to pass',
        '- tests: `npm test`',
        '## Build and test',
        '- `package.json`: `npm run test`, `npm run lint`, `npm run start`, `npm run release`',
        '## What agents leave alone',
        '- `.github/**`',
        '## What a person has to approve',
        '- `src/money/**`\n',
      ].join('\n\n'),
    )
  })
  test('that nothing is known, where nothing is', () => {
    const text = writeGuide({ manifests: [{ path: 'package.json', commands: [] }] }, makeConfig())
    expect(text).toContain('Neither `.github/chorus.yml` nor a manifest says how: write it here.')
    expect(text).not.toContain('package.json')
  })
  test('backticks, line breaks and invisible characters end no code', () => {
    const run = 'echo ``a`` `b`\u202e'
    const text = writeGuide({ manifests: [] }, makeConfig({ checks: [{ name: 'a\n# b', run }] }))
    expect(text).toContain('- a # b: ``` echo ``a`` `b` ```\n')
  })
  test('it stays short, however much there is to say', () => {
    const many = Array.from({ length: 500 }, (_, n) => `command ${n} ${'x'.repeat(400)}`)
    const makefile = readManifest('Makefile', many.map((_, n) => `target${n}:`).join('\n'))
    const manifests = Array.from({ length: 6 }, () => ({ path: 'Makefile', commands: makefile }))
    const wide = makeConfig({ setup: many, gates: { protected: many.map((_, n) => `p${n}/**`) } })
    expect(writeGuide({ manifests }, wide).length).toBeLessThan(5_000)
  })
})
