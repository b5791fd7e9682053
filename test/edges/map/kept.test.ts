import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { renewMap } from '../../../action/map/kept.ts'
import { DRAWING, readMap } from '../../../action/map/map.ts'
import { writeBlob } from '../../../action/shelf.ts'
import { fetchCommit, openStore } from '../../../action/store.ts'
import { emptyControls } from '../../../core/ledger.ts'
import { LEDGER_BRANCH } from '../../../core/names.ts'
import { MAP_PATH, type NamedMap } from '../../../core/planning/map.ts'
import * as words from '../../../core/words/map.ts'
import { createClient } from '../../../forge/client.ts'
import { observe } from '../../../forge/observe.ts'
import { perform } from '../../../forge/perform.ts'
import { commitFiles, tokenFor } from '../../../twin/seed.ts'
import { type ForgeStage, setForgeStage } from '../forge-stage.ts'

/** What a job on a runner that was never here makes of the map that its ticket names. */
async function renew(stage: ForgeStage, start: string, named: NamedMap | null) {
  const dir = mkdtempSync(join(tmpdir(), 'chorus-kept-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const store = await openStore(join(dir, 'store.git'), { path: process.env.PATH ?? '', proxy: {} })
  const token = tokenFor(stage.twin.state, 'bob')
  const { url } = stage.twin
  const remote = { url: `${url}/ada/demo.git`, token }
  await fetchCommit(store, remote, { sha: start, depth: 1 })
  const client = createClient({ token, baseUrl: stage.twin.apiUrl })
  const renewed = await renewMap({ store, remote, client, ...stage.at }, start, named)
  const fresh = await readMap({ git: store.git, at: start, cache: null })
  return { ...renewed, fresh, blob: await writeBlob(store.git, renewed.map.text) }
}

test('a map is drawn once for a structure, by whichever runner, and nothing but that very map is taken for it', async () => {
  const stage = await setForgeStage()
  onTestFinished(() => stage.twin.close())
  const write = (files: Record<string, string>, branch = 'main') =>
    commitFiles(stage.twin.state, stage.repo, { branch, files, message: 'more', login: 'bob' })
  const first = await write({ 'src/a.js': 'export const a = 2\n' })
  const drawn = await renew(stage, first, null)
  expect(drawn).toMatchObject({ drawn: true, said: words.mapDrawn(words.NO_MAP) })

  // As the deliver job leaves it, on a ref that goes one day; the app keeps its blob.
  await write({ [MAP_PATH]: drawn.map.text }, 'reports')
  const known = { drawing: DRAWING, blob: drawn.blob, at: first }
  const controls = { ...emptyControls, map: { ...known, since: 1 } }
  const effect = { do: 'record', records: new Map(), events: [], usage: [], learnings: [] } as const
  const keep = async (map: typeof controls.map) => {
    const { head } = (await observe(stage.forge)).ledger
    return perform(stage.forge, { ...effect, head, controls: { ...controls, map } })
  }
  expect((await keep({ ...controls.map, blob: '0'.repeat(40) })).ok).toBe(true)
  expect((await keep(controls.map)).ok).toBe(true)
  const { data } = await stage
    .as('bob')
    .rest.repos.getContent({ ...stage.at, path: MAP_PATH, ref: LEDGER_BRANCH })
  expect(data).toMatchObject({ sha: drawn.blob })
  expect((await observe(stage.another())).ledger.controls.map).toEqual(controls.map)

  const body = await write({ 'src/a.js': 'export const a = 3\n' })
  const again = await renew(stage, body, known)
  expect(again).toMatchObject({ drawn: false, said: words.mapHolds(first), map: { text: drawn.map.text } })
  expect(again.map.head).toBe(drawn.map.head)

  const other = await write({ 'src/a.js': 'export const a = 3\nexport const more = 1\n' })
  const changed = await renew(stage, other, known)
  expect(changed).toMatchObject({ drawn: true, said: words.mapDrawn(words.STRUCTURE_CHANGED) })
  expect(changed.map.text).toContain('a, more')

  // Whatever is wrong with it: it is drawn, and the plan goes on.
  const readme = await stage.as('bob').rest.repos.getContent({ ...stage.at, path: 'README.md' })
  const cases: [NamedMap, string][] = [
    [{ ...known, blob: (readme.data as { sha: string }).sha }, words.mapDrawn(words.NOT_THE_MAP)],
    [{ ...known, at: other }, words.mapDrawn(words.NOT_THE_MAP)],
    [{ ...known, blob: drawn.fresh.tree }, 'cannot be read'],
    [{ ...known, at: '1'.repeat(40) }, 'cannot be read'],
    [{ ...known, drawing: DRAWING + 1 }, words.mapDrawn(words.OTHER_DRAWING)],
  ]
  for (const [named, said] of cases) {
    const one = await renew(stage, body, named)
    expect(one.said).toContain(said)
    expect(one).toMatchObject({ drawn: true, map: { text: one.fresh.text } })
  }
})
