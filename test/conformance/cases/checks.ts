import { equal, ok } from 'node:assert/strict'
import { createBranch, report } from '../act.ts'
import type { Case } from '../case.ts'
import type { Site } from '../site.ts'

const notes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    path: 'README.md',
    start_line: 1,
    end_line: 1,
    annotation_level: 'notice',
    message: `note ${index}`,
  }))

const output = (count: number) => ({ title: 't', summary: 's', annotations: notes(count) })

async function fifty(site: Site): Promise<void> {
  const sha = await createBranch(site, site.name('notes'), { files: { 'notes.txt': site.stamp } })
  const body = { name: 'notes', head_sha: sha, output: output(51) }
  equal((await site.app.ask('POST', './check-runs', { body })).status, 422, 'fifty-one are too many')
  const made = await site.app.send<{ id: number }>('POST', './check-runs', { ...body, output: output(50) })
  await site.app.send('PATCH', `./check-runs/${made.id}`, { output: output(10) })
  const reader = await site.credentials.narrowed({ permissions: { checks: 'read' } })
  const all: unknown[] = []
  for (const page of [1, 2]) {
    all.push(...(await reader.get<unknown[]>(`./check-runs/${made.id}/annotations?per_page=50&page=${page}`)))
  }
  equal(all.length, 60, 'an update appends')
}

async function needsConclusion(site: Site): Promise<void> {
  const sha = await createBranch(site, site.name('conclude'), { files: { 'c.txt': site.stamp } })
  const body = { name: 'conclude', head_sha: sha, status: 'completed' }
  equal((await site.app.ask('POST', './check-runs', { body })).status, 422, 'on creation')
  const { id } = await site.app.send<{ id: number }>('POST', './check-runs', {
    ...body,
    status: 'in_progress',
  })
  const patch = { body: { status: 'completed' } }
  equal((await site.app.ask('PATCH', `./check-runs/${id}`, patch)).status, 422, 'on change')
  const ended = await site.app.send<{ status: string }>('PATCH', `./check-runs/${id}`, {
    conclusion: 'neutral',
  })
  equal(ended.status, 'completed', 'a conclusion completes')
}

async function onlyOwnApp(site: Site): Promise<void> {
  const sha = await createBranch(site, site.name('person'), { files: { 'p.txt': site.stamp } })
  const reply = await site.owner.ask('POST', './check-runs', { body: { name: 'person', head_sha: sha } })
  equal(reply.status, 403, 'a person’s token cannot write check runs')
}

async function threeButtons(site: Site): Promise<void> {
  const sha = await createBranch(site, site.name('buttons'), { files: { 'b.txt': site.stamp } })
  const action = (n: number) => ({ label: `l${n}`, description: `d${n}`, identifier: `i${n}` })
  const body = { name: 'buttons', head_sha: sha, actions: [1, 2, 3, 4].map(action) }
  equal((await site.app.ask('POST', './check-runs', { body })).status, 422)
  equal((await site.app.ask('POST', './check-runs', { body: { ...body, actions: [action(1)] } })).status, 201)
}

async function newestOfName(site: Site): Promise<void> {
  const sha = await createBranch(site, site.name('newest'), { files: { 'n.txt': site.stamp } })
  const older = await report(site, 'same name', sha, 'failure')
  const newer = await report(site, 'same name', sha)
  type Listed = { check_runs: { id: number }[] }
  const list = (filter: string) =>
    site.app.get<Listed>(`./commits/${sha}/check-runs?check_name=same%20name&filter=${filter}`)
  const latest = (await list('latest')).check_runs.map(run => run.id)
  ok(latest.includes(newer.id) && !latest.includes(older.id))
  equal((await list('all')).check_runs.length, 2)
}

export const checkCases: Case[] = [
  {
    id: 'annotations-limit',
    title:
      'At most 50 annotations a call; an update appends; another token with checks: read pages through them',
    cites: '3.1',
    basis: 'documented',
    run: fifty,
  },
  {
    id: 'completed-needs-conclusion',
    title: 'A completed check run without a conclusion is refused, on creation too',
    cites: '3.1',
    basis: 'unproven',
    run: needsConclusion,
  },
  {
    id: 'checks-by-apps',
    title: 'Only apps write check runs',
    cites: '3.1',
    basis: 'documented',
    run: onlyOwnApp,
  },
  {
    id: 'check-buttons',
    title: 'A check run has at most three buttons',
    cites: '3.1',
    basis: 'documented',
    run: threeButtons,
  },
  {
    id: 'check-latest',
    title: 'filter=latest lists the newest check run of a name, filter=all every one',
    cites: '3.1',
    basis: 'documented',
    run: newestOfName,
  },
]
