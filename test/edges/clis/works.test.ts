import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { installTool } from '../../../scripts/tools/install.ts'
import { PINS } from '../../../scripts/tools/pins.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { PROGRAMS } from './programs.ts'
import { KEY, makeStand, runCli } from './stand.ts'

/** A model that writes anew, overwrites, runs, fails, blunders, and is hindered once; quotes show who mangles prompts. */
const PROMPT = `Please do this.

\`\`\`model-plan
write src/new file.txt
  first "line"
    indented 'line' \\ ä
write README.md
  # New
fail 500
run cat README.md > copy.txt && exit 3
malformed
think 20
slow 1ms/token
say All "done".
\`\`\`
`

describe.each(PINS)('$cli $version', ({ cli }) => {
  // A first time it has to be fetched.
  beforeAll(() => installTool(cli), 300_000)

  test('edits files, runs commands, recovers, says its last words; its tokens are those that were served', async () => {
    const server = await createModelServer({ keys: [KEY] })
    onTestFinished(() => server.close())
    const stand = makeStand()
    onTestFinished(() => stand.remove())

    const ran = await runCli({ cli, server, stand, prompt: PROMPT })

    expect(ran, ran.stderr).toMatchObject({ code: 0, signal: null })
    const read = (path: string) => readFileSync(join(stand.repo, path), 'utf8')
    expect(read('src/new file.txt')).toBe('first "line"\n  indented \'line\' \\ ä\n')
    expect(read('README.md').trimEnd()).toBe('# New')
    expect(read('copy.txt')).toBe(read('README.md'))
    const left = readdirSync(stand.repo).filter(name => name !== '.git')
    expect(left.sort()).toEqual(['README.md', 'copy.txt', 'src'])
    const said = PROGRAMS[cli].read(ran.stdout)
    expect(said.message).toBe('All "done".')
    const main = server.usage().filter(({ conversation }) => !conversation.startsWith('side-'))
    expect(new Set(main.map(({ model }) => model))).toEqual(new Set([PROGRAMS[cli].model]))
    const sum = (of: 'input' | 'output') => main.reduce((all, row) => all + row.told[of], 0)
    expect([said.input, said.output]).toEqual([sum('input'), sum('output')])
    expect(server.requests.filter(({ status }) => status === 501)).toEqual([])
  })
})

/** By the model's name this one offers a patch tool, a shell alone, or JavaScript that calls the shell. */
test.each([
  ['gpt-5.5', 'apply_patch'],
  ['no-such-model', 'exec_command'],
  ['gpt-6-sol', 'exec'],
])('codex with %s', async (model, tool) => {
  const server = await createModelServer({ keys: [KEY] })
  onTestFinished(() => server.close())
  const stand = makeStand()
  onTestFinished(() => stand.remove())
  const prompt =
    'Do it.\n\n```model-plan\nwrite src/a.txt\n  a "b"\nrun echo c >> src/a.txt\nsay Done.\n```\n'
  const ran = await runCli({ cli: 'codex', server, stand, prompt, model })
  expect(ran, ran.stderr).toMatchObject({ code: 0 })
  expect(readFileSync(join(stand.repo, 'src/a.txt'), 'utf8')).toBe('a "b"\nc\n')
  expect(server.requests[0]?.tools).toContain(tool)
})
