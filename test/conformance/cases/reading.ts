import { equal, match, ok } from 'node:assert/strict'
import { createBranch, headOf, openPull } from '../act.ts'
import type { Case } from '../case.ts'
import { awaitDeliveries, listDeliveries } from '../deliveries.ts'
import type { Site } from '../site.ts'

async function unchangedIsFree(site: Site): Promise<void> {
  const first = await site.app.ask('GET', './labels')
  const etag = first.headers.get('etag') ?? ''
  ok(etag)
  const used = first.headers.get('x-ratelimit-used')
  const again = await site.app.ask('GET', './labels', { headers: { 'if-none-match': etag } })
  equal(again.status, 304)
  equal(again.headers.get('x-ratelimit-used'), used, '304 takes nothing from the limit')
  const counted = await site.app.ask('GET', './labels')
  ok(Number(counted.headers.get('x-ratelimit-used')) > Number(used), '200 does')
}

async function pagesByLink(site: Site): Promise<void> {
  const names = [site.name('page'), site.name('page'), site.name('page')]
  for (const name of names) {
    await site.app.send('POST', './labels', { name, color: 'ededed' })
    site.later(() => site.app.ask('DELETE', `./labels/${name}`))
  }
  const seen: string[] = []
  let path: string | undefined = './labels?per_page=2'
  let pages = 0
  while (path !== undefined) {
    const reply: Awaited<ReturnType<typeof readPage>> = await readPage(site, path)
    if (pages === 0) match(reply.link, /rel="next".*rel="last"/)
    seen.push(...reply.names)
    pages += 1
    const next = /<([^>]+)>; rel="next"/.exec(reply.link)?.[1]
    path = next?.slice(site.door.address.rest.length)
  }
  ok(
    names.every(name => seen.includes(name)),
    'following rel=next sees everything',
  )
  equal(pages, Math.ceil(seen.length / 2))
}

async function readPage(site: Site, path: string) {
  const reply = await site.app.ask<{ name: string }[]>('GET', path)
  equal(reply.status, 200)
  return { names: reply.body.map(one => one.name), link: reply.headers.get('link') ?? '' }
}

async function compareIsCut(site: Site): Promise<void> {
  const branch = site.name('many')
  const files = Object.fromEntries(
    Array.from({ length: 301 }, (_, n) => [`many/${String(n).padStart(3, '0')}.txt`, `${n}\n`]),
  )
  const base = await headOf(site.app, site.defaultBranch)
  await createBranch(site, branch, { from: base, files })
  type Compared = { files?: unknown[] }
  const path = `./compare/${base}...${branch}`
  equal((await site.app.get<Compared>(path)).files?.length, 300)
  const second = await site.app.get<Compared>(`${path}?page=2&per_page=100`)
  equal(second.files?.length ?? 0, 0, 'files are on the first page only')
  const pull = await openPull(site, { base: site.defaultBranch, head: branch })
  let listed = 0
  for (const page of [1, 2, 3, 4]) {
    listed += (await site.app.get<unknown[]>(`./pulls/${pull.number}/files?per_page=100&page=${page}`)).length
  }
  equal(listed, 301, 'the pull request’s own list has all')
}

async function sameGuid(site: Site): Promise<void> {
  const branch = site.name('again')
  await createBranch(site, branch)
  const [sent] = await awaitDeliveries(site, { event: 'create', matches: payload => payload.ref === branch })
  ok(sent)
  const reply = await site.credentials.jwt.ask('POST', `/app/hook/deliveries/${sent.id}/attempts`)
  equal(reply.status, 202)
  const again = await site.until('the redelivery to be in the log', async () =>
    (await listDeliveries(site)).find(one => one.guid === sent.guid && one.id !== sent.id),
  )
  equal(again.redelivery, true)
  equal(sent.redelivery, false)
}

async function deliveriesByCursor(site: Site): Promise<void> {
  await createBranch(site, site.name('cursor'))
  const both = await site.until('two deliveries in the log', async () => {
    const all = await listDeliveries(site)
    return all.length >= 2 && all
  })
  const first = await site.credentials.jwt.ask<{ id: number }[]>('GET', '/app/hook/deliveries?per_page=1')
  equal(first.body.length, 1)
  match(first.headers.get('link') ?? '', /cursor=.*rel="next"/)
  const failed = await site.credentials.jwt.get<{ status_code: number }[]>(
    '/app/hook/deliveries?status=failure',
  )
  ok(failed.every(one => one.status_code < 200 || one.status_code > 299))
  site.note(`${both.length} in the log`)
}

export const readingCases: Case[] = [
  {
    id: 'unchanged-is-free',
    title: 'A conditional read that answers 304 takes nothing from the rate limit',
    cites: '5.1',
    basis: 'documented',
    run: unchangedIsFree,
  },
  {
    id: 'pages-by-link',
    title: 'Lists come in pages that the Link header names',
    cites: '5.3',
    basis: 'documented',
    run: pagesByLink,
  },
  {
    id: 'compare-300-files',
    title: 'A comparison shows at most 300 files, all on its first page; a pull request’s files show all',
    cites: '4.8',
    basis: 'documented',
    run: compareIsCut,
  },
  {
    id: 'redelivery-same-guid',
    title: 'A redelivery is a new entry in the log under the same GUID',
    cites: '5.4',
    basis: 'documented',
    run: sameGuid,
  },
  {
    id: 'delivery-log',
    title: 'The log of deliveries is paged by cursor and filtered by outcome',
    cites: '5.4',
    basis: 'documented',
    run: deliveriesByCursor,
  },
]
