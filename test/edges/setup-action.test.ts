import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printCaller, RELEASE } from '../../core/caller.ts'
import { CALLER_PATH } from '../../core/names.ts'
import { openRunway, type Runway, script } from './runway.ts'

/** What a repository has at hand before an agent comes: an action of its own, named in the caller file. */
const KEY = 'sk-not-for-the-setup-0123456789'
/** Where an attempt can read it: temporary folders are its own. */
const dir = mkdtempSync(join(process.env.RUNNER_TOOL_CACHE ?? '/opt', 'setup-'))
const ACTION = `name: Setup
description: What the project needs
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        test ! -e ${dir}/broken
        env > ${dir}/env.txt
        find . -path ./.git -prune -o -type f -print > ${dir}/seen.txt
        printf '#!/bin/sh\\necho hello\\n' > ${dir}/greet
        chmod a+rx ${dir} ${dir}/greet
        echo ${dir} >> "$GITHUB_PATH"
`

let runway: Runway
beforeAll(async () => {
  const caller = printCaller(RELEASE).replace('    with:\n', '    with:\n      setup: true\n')
  runway = await openRunway({ [CALLER_PATH]: caller, '.github/actions/chorus-setup/action.yml': ACTION })
  runway.stage.repo.actions.secrets.set('OPENAI_API_KEY', KEY)
}, 60_000)
afterAll(async () => {
  await runway?.[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true })
})

test('the agent has what the repository’s own setup brought, and that had no key', async () => {
  const landing = await runway.fly({ task: 'bd-aaaa', goal: script('run greet > hi.txt') })
  expect(landing.report, await landing.log('work')).toMatchObject({ outcome: 'done' })
  expect(landing.report?.files.map(file => file.path)).toEqual(['hi.txt'])
  // It runs beside what will hold the keys: of what agents may land, nothing is there to be run.
  expect(readFileSync(join(dir, 'seen.txt'), 'utf8')).toBe('./.github/actions/chorus-setup/action.yml\n')
  const env = readFileSync(join(dir, 'env.txt'), 'utf8')
  expect(env).toContain('GITHUB_REPOSITORY=ada/demo')
  expect(env).not.toContain(KEY)
})

test('where it fails the agent does not start, and a person is told which setup it was', async () => {
  writeFileSync(join(dir, 'broken'), '')
  const landing = await runway.fly({ task: 'bd-bbbb', goal: script('run touch /tmp/never') })
  expect(landing.report).toMatchObject({ outcome: 'setup-failed', head: null, checks: [], usage: null })
  expect(landing.report?.summary).toContain('chorus-setup` failed')
  expect(landing.run.conclusion).toBe('success')
  expect(existsSync(join(dir, 'broken'))).toBe(true)
})
