import { createHash } from 'node:crypto'
import { buildSync } from 'esbuild'
import { expect, test } from 'vitest'
import { readZip } from '../../../twin/actions/zip.ts'
import { createRepo } from '../../../twin/seed.ts'
import { openWorld, output, verdicts } from './world.ts'

const JS = {
  'act/action.yml': `
name: act
description: d
inputs:
  who: { description: d, default: "\${{ github.repository }}" }
  token: { description: d, default: "\${{ github.token }}" }
outputs:
  said: { description: d }
runs: { using: node24, main: main.js, post: post.js }
`,
  'act/main.js': `
const fs = require('fs')
console.log('main', process.env.INPUT_WHO, process.env.INPUT_TOKEN.length > 300, process.version.split('.')[0])
console.log('runtime', !!process.env.ACTIONS_RUNTIME_TOKEN, !!process.env.ACTIONS_RESULTS_URL)
fs.appendFileSync(process.env.GITHUB_OUTPUT, 'said=hello ' + process.env.INPUT_WHO + '\\n')
fs.appendFileSync(process.env.GITHUB_STATE, 'kept=42\\n')
console.log('path', fs.existsSync(process.env.GITHUB_ACTION_PATH + '/main.js'))
console.log('event', JSON.parse(fs.readFileSync(process.env.GITHUB_EVENT_PATH)).repository.full_name)
`,
  'act/post.js': `console.log('post', process.env.STATE_kept)`,
  'comp/action.yml': `
name: comp
description: d
inputs: { n: { description: d, required: true } }
outputs: { twice: { description: d, value: "\${{ steps.x.outputs.v }}\${{ steps.x.outputs.v }}" } }
runs:
  using: composite
  steps:
    - { id: x, shell: bash, run: 'echo "v=\${{ inputs.n }}" >> $GITHUB_OUTPUT; ls "$GITHUB_ACTION_PATH"' }
    - { uses: tools/kit/act@v1, with: { who: inner } }
    - { if: failure(), shell: bash, run: echo not this }
`,
}

test('JavaScript actions with state and post, composite actions with nested uses, from real git content', async () => {
  const file = `
on: workflow_dispatch
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - { id: a, uses: tools/kit/act@main }
      - { id: c, uses: tools/kit/comp@v1, with: { n: 7 } }
      - run: echo "\${{ steps.a.outputs.said }} \${{ steps.c.outputs.twice }}"
      - uses: actions/checkout@v7
      - uses: ./local
`
  const local = {
    'local/action.yml': JS['act/action.yml'],
    'local/main.js': 'console.log("local here")',
    'local/post.js': '',
  }
  await using world = await openWorld({ 'u.yml': file }, { files: local })
  const kit = await createRepo(world.twin.state, { owner: 'tools', name: 'kit', files: JS })
  const { git } = await import('../../../twin/git.ts')
  await git(kit, ['tag', 'v1', 'main'])
  const run = await world.ended(await world.dispatch('u.yml'))
  const said = output(world.job(run, 'one'))
  expect(run.conclusion, said).toBe('success')
  expect(said).toContain('main acme/shop true v24\nruntime true true\npath true\nevent acme/shop')
  expect(said).toContain('main inner')
  expect(said).toContain('hello acme/shop 77')
  expect(said).toContain('local here')
  expect(said).not.toContain('not this')
  expect(said.match(/post 42/g)).toHaveLength(2)
  const names = world.job(run, 'one').steps.map(step => step.name)
  expect(names.at(0)).toBe('Set up job')
  expect(names.at(-1)).toBe('Complete job')
  expect(names).toContain('Post Run tools/kit/act@main')
})

test('an action that cannot be found fails the job before its first step', async () => {
  const file = `
on: workflow_dispatch
jobs:
  one:
    runs-on: ubuntu-latest
    steps: [{ run: echo never }, { uses: tools/nothing@v1 }]
`
  await using world = await openWorld({ 'n.yml': file })
  const run = await world.ended(await world.dispatch('n.yml'))
  expect(run.conclusion).toBe('failure')
  expect(world.job(run, 'one').log).toContain(
    'Unable to resolve action tools/nothing@v1, repository not found',
  )
  expect(output(world.job(run, 'one'))).not.toMatch(/^never/m)
})

const CLIENT = `
import { DefaultArtifactClient } from '@actions/artifact'
import { writeFileSync, readFileSync } from 'node:fs'
const client = new DefaultArtifactClient()
async function main() {
writeFileSync('a.txt', 'content of a '.repeat(1000))
const up = await client.uploadArtifact('bundle', ['a.txt'], '.', { retentionDays: 1 })
console.log('uploaded id=' + up.id + ' digest=' + up.digest)
let again = 'allowed'
try { await client.uploadArtifact('bundle', ['a.txt'], '.') } catch (error) { again = error.message }
console.log('again:', again)
const { artifacts } = await client.listArtifacts()
console.log('listed', artifacts.map(one => one.name + ':' + one.id + ':' + one.digest).join())
const got = await client.downloadArtifact(up.id, { path: 'out', expectedHash: 'sha256:' + up.digest })
console.log('same', readFileSync('out/a.txt', 'utf8') === readFileSync('a.txt', 'utf8'), got.digestMismatch)
}
main()
`

test('@actions/artifact itself uploads, lists and downloads; REST gives the very bytes', async () => {
  const built = buildSync({
    stdin: { contents: CLIENT, resolveDir: process.cwd(), loader: 'js' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    define: { 'import.meta.url': 'here' },
    banner: { js: "const here=require('node:url').pathToFileURL(__filename).href;" },
  })
  const code = built.outputFiles[0]?.text ?? ''
  const manifest = 'name: up\ndescription: d\nruns: { using: node24, main: main.cjs }\n'
  const file = `
on: workflow_dispatch
jobs:
  up:
    runs-on: ubuntu-latest
    steps:
      - uses: tools/up@main
  down:
    needs: up
    runs-on: ubuntu-latest
    steps:
      - { uses: actions/download-artifact@v5, with: { name: bundle, path: in } }
      - run: wc -c < in/a.txt; echo built > b.txt
      - { id: u, uses: actions/upload-artifact@v6, with: { name: second, path: b.txt } }
      - run: echo "id \${{ steps.u.outputs.artifact-id }}"
`
  await using world = await openWorld({ 'u.yml': file })
  await createRepo(world.twin.state, {
    owner: 'tools',
    name: 'up',
    files: { 'action.yml': manifest, 'main.cjs': code },
  })
  const run = await world.ended(await world.dispatch('u.yml'))
  const said = output(world.job(run, 'up'))
  expect(run.conclusion, said).toBe('success')
  const [, id, digest] = /uploaded id=(\d+) digest=([0-9a-f]{64})/.exec(said) ?? []
  expect(said).toContain('an artifact with this name already exists on the workflow run')
  expect(said).toContain(`listed bundle:${id}:sha256:${digest}`)
  expect(said).toContain('same true false')
  expect(output(world.job(run, 'down'))).toContain('13000')
  const listed = await world.api('GET', `/repos/acme/shop/actions/runs/${run.id}/artifacts?name=bundle`)
  expect(listed.body).toMatchObject({
    total_count: 1,
    artifacts: [{ id: Number(id), digest: `sha256:${digest}`, expired: false }],
  })
  const link = await world.api('GET', `/repos/acme/shop/actions/artifacts/${id}/zip`)
  expect(link.status).toBe(302)
  const bytes = Buffer.from(await (await fetch(String(link.location))).arrayBuffer())
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest)
  expect(readZip(bytes).map(entry => entry.name)).toEqual(['a.txt'])
  world.twin.state.clock.advance(61_000)
  expect((await fetch(String(link.location))).status).toBe(403)
  world.twin.state.clock.advance(25 * 3_600_000)
  expect((await world.api('GET', `/repos/acme/shop/actions/artifacts/${id}/zip`)).status).toBe(410)
  expect(verdicts(run)).toEqual({ up: 'success', down: 'success' })
})
