import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { TwinState } from '../../state.ts'
import { artifactById } from '../lookup.ts'
import type { Artifact } from '../state.ts'
import { linkHolds } from './signed.ts'
import { readContent } from './store.ts'

/** Azure's block blobs, as far as `@azure/storage-blob` speaks of them: blocks, their list, or all in one. */
export async function serveBlob(
  state: TwinState,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const method = req.method ?? 'GET'
  const found = artifactById(state, Number(url.pathname.split('/')[3]))
  if (!found || !linkHolds(state, method === 'PUT' ? 'PUT' : 'GET', url)) return refuse(res)
  if (method === 'PUT') return put(found.artifact, req, res, url)
  const content = readContent(found.artifact)
  const file = `${found.artifact.name}.zip`
  res.writeHead(200, {
    'content-type': found.artifact.mimeType,
    'content-length': content.length,
    'content-disposition': `attachment; filename="${encodeURIComponent(file)}"; filename*=UTF-8''${encodeURIComponent(file)}`,
  })
  res.end(method === 'HEAD' ? undefined : content)
}

function refuse(res: ServerResponse): void {
  const code = 'AuthenticationFailed'
  res.writeHead(403, { 'content-type': 'application/xml', 'x-ms-error-code': code })
  res.end(
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>Signature not valid in the specified time frame</Message></Error>`,
  )
}

async function put(artifact: Artifact, req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
  const body = await bodyOf(req)
  if (artifact.finalized) return refuse(res)
  const blocks = `${artifact.path}.blocks`
  const what = url.searchParams.get('comp')
  if (what === 'block') {
    mkdirSync(blocks, { recursive: true })
    writeFileSync(join(blocks, blockName(url.searchParams.get('blockid') ?? '')), body)
  } else if (what === 'blocklist') {
    writeFileSync(artifact.path, '')
    for (const [, id = ''] of body.toString().matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]+)</g)) {
      const file = join(blocks, blockName(id))
      if (existsSync(file)) appendFileSync(artifact.path, readFileSync(file))
    }
    rmSync(blocks, { recursive: true, force: true })
  } else writeFileSync(artifact.path, body)
  res.writeHead(201, {
    'x-ms-request-id': String(artifact.id),
    'x-ms-version': '2025-01-05',
    etag: `"0x${artifact.id.toString(16)}"`,
    'last-modified': new Date().toUTCString(),
    'content-length': 0,
  })
  res.end()
}

function blockName(id: string): string {
  return Buffer.from(id).toString('hex')
}

export async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
