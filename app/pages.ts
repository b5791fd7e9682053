import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApplicationFunctionOptions, Probot } from 'probot'
import type { House } from './house.ts'

type Door = ApplicationFunctionOptions['addHandler']

/** `/` shows what this process looks after, without secrets and task texts; `/healthz` is for load balancers. */
export async function createPages(house: House, app: Probot, addHandler: Door): Promise<void> {
  // Probot's set-up pages register the app with its webhook at the root of wherever they were opened. So that an app made
  // that way works without another visit to its settings, signed webhooks are taken at the root as well.
  const webhooks = await app.getNodeMiddleware({ path: '/' })
  addHandler(async (request, response) => {
    const path = request.url?.split('?')[0]
    if (request.method === 'POST' && path === '/') return webhooks(request, response)
    if (request.method !== 'GET') return false
    if (path === '/healthz') return answer(response, 'text/plain', 'ok\n')
    if (path === '/') return answer(response, 'text/html', printPage(house))
    return false
  })
}

function answer(response: ServerResponse<IncomingMessage>, type: string, body: string): true {
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
  }
  response.writeHead(200, headers).end(body)
  return true
}

function printPage(house: House): string {
  const now = house.clock.now()
  const rows = house.repositories.all().map(({ target, memory }) => {
    const { is, wakeAt } = house.queue.state(target.id)
    const room = house.pacing.lane(target.installation, target.id).room()
    return [
      `${target.owner}/${target.name}`,
      String(target.installation),
      memory.lastPass === null ? 'not yet' : `${seconds(now - memory.lastPass)} ago`,
      is,
      wakeAt === null ? 'when woken' : `in ${seconds(wakeAt - now)}`,
      String(memory.shown.size),
      room.closedUntil === null ? `${room.content} left` : `closed for ${seconds(room.closedUntil - now)}`,
      memory.complaint ?? 'none',
    ]
  })
  const heads = [
    'repository',
    'installation',
    'last look',
    'now',
    'next look',
    'tasks',
    'writes this hour',
    'trouble',
  ]
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Chorus</title>
<style>body{font:15px/1.5 system-ui;margin:2rem auto;max-width:70rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd}</style>
<h1>Chorus</h1><p>${rows.length} ${rows.length === 1 ? 'repository' : 'repositories'}. The state itself is on GitHub: issues, branches, checks.</p>
<table><tr>${heads.map(head => `<th>${head}</th>`).join('')}</tr>
${rows.map(row => `<tr>${row.map(cell => `<td>${harmless(cell)}</td>`).join('')}</tr>`).join('\n')}</table></html>
`
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.round(ms / 1_000))} s`
}

function harmless(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
}
