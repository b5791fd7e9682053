import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { WAKES } from '../../app/wakes.ts'
import { PERMISSIONS } from '../../core/permissions.ts'
import { listSources } from './sources.ts'

const manifest: {
  public: boolean
  hook_attributes?: unknown
  default_events: string[]
  default_permissions: Record<string, string>
} = parse(readFileSync('app.yml', 'utf8'))

test('app.yml subscribes to exactly the events that wake', () => {
  expect([...manifest.default_events].sort()).toEqual(Object.keys(WAKES).sort())
})

test('events that are always sent, and cannot be subscribed to, are left out', () => {
  expect(manifest.default_events.filter(event => event.startsWith('installation'))).toEqual([])
})

test('app.yml asks for exactly the permissions that doctor checks', () => {
  const needed = Object.entries(PERMISSIONS).map(([name, { level }]) => [name, level])
  expect(manifest.default_permissions).toEqual(Object.fromEntries(needed))
})

test('agents can never change workflow files: the app itself cannot', () => {
  expect(manifest.default_permissions).not.toHaveProperty('workflows')
})

test('the app is private, and no fixed webhook address gets in the way of the set-up pages', () => {
  expect(manifest.public).toBe(false)
  expect(manifest.hook_attributes).toBeUndefined()
})

/** Parts of paths that need more than `contents` and `metadata`, and the permission for each. */
const NEEDS: readonly [path: RegExp, permission: keyof typeof PERMISSIONS][] = [
  [/\/actions\/(runs|workflows|jobs|artifacts)/, 'actions'],
  [/\/check-(runs|suites)/, 'checks'],
  [/\/(status|statuses)\b/, 'statuses'],
  [/\/pulls\b/, 'pull_requests'],
  [/\/issues\b/, 'issues'],
  [/\bmergeQueue\(/, 'merge_queues'],
]

test('each permission is used by something', () => {
  const text = listSources(['forge'])
    .map(source => source.text)
    .join('\n')
  const used = NEEDS.filter(([path]) => path.test(text)).map(([, permission]) => permission)
  const asked = Object.keys(manifest.default_permissions).filter(
    name => name !== 'metadata' && name !== 'contents',
  )
  expect(used.sort()).toEqual(asked.sort())
})
