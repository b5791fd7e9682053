import { z } from 'zod'
import { MOST_CONTENDERS } from '../config/workshop.ts'
import { trimLast } from '../text/clean.ts'
import { parseWith } from './parse.ts'
import type { Parsed } from './problem.ts'

/** What `work` hands to `deliver` beside the commits. Written by a job that an agent shared: a claim, not a fact. */
const file = z.strictObject({
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
const sha = z.string().regex(/^[0-9a-f]{40}$/)

export const manifestSchema = z.strictObject({
  version: z.literal(1),
  claim: sha,
  start: sha,
  head: sha.nullable(),
  bundle: file.nullable(),
  report: file,
  /** What lost a race, by its place in it, from 1; not all of it has to come along. */
  losers: z
    .array(
      z.strictObject({ contender: z.number().int().min(1).max(MOST_CONTENDERS), head: sha, bundle: file }),
    )
    .max(MOST_CONTENDERS)
    .optional(),
  /** First lines of the agent's own commits and its word for the change, newest first. */
  subjects: z.array(z.string().max(500)).max(20),
})
export type Manifest = z.infer<typeof manifestSchema>

export function parseManifest(value: unknown): Parsed<Manifest> {
  return parseWith(manifestSchema, value)
}

/** A path that differs between start and head, as git found it in the objects that were handed over. */
export type Change = {
  path: string
  /** Git modes as six digits; null where the side has no such file. */
  oldMode: string | null
  newMode: string | null
  oldBlob: string | null
  newBlob: string | null
  /** Size of the new contents; null when deleted. */
  bytes: number | null
}

export type Handover = {
  start: string
  /** Parents of the head. */
  parents: readonly string[]
  changes: readonly Change[]
  /** Every path of the head's tree. */
  paths: readonly string[]
}

export type Policy = {
  maxFiles: number
  maxBytes: number
  isProtected(path: string): boolean
}

const FILE = '100644'
const PROGRAM = '100755'
const LONGEST_PATH = 1024
const SHOWN = 20

/** Why this hand-over may not be taken; empty when it may. Each line is for people. */
export function judgeHandover(handover: Handover, policy: Policy): string[] {
  const refusals = [
    ...judgeAncestry(handover),
    ...judgeSize(handover.changes, policy),
    ...handover.changes.flatMap(change => judgePath(change.path)),
    ...judgeModes(handover.changes),
    ...judgeCollisions(handover),
    ...handover.changes
      .filter(change => policy.isProtected(change.path))
      .map(change => `${show(change.path)} is protected: agents may not change it`),
  ]
  if (refusals.length <= SHOWN) return refusals
  return [...refusals.slice(0, SHOWN), `and ${refusals.length - SHOWN} more`]
}

function judgeAncestry({ start, parents }: Handover): string[] {
  if (parents.length === 1 && parents[0] === start) return []
  return [`the commit handed over is not exactly one step from ${start.slice(0, 7)}, where the attempt began`]
}

function judgeSize(changes: readonly Change[], policy: Policy): string[] {
  const refusals: string[] = []
  if (changes.length > policy.maxFiles) {
    refusals.push(`${changes.length} files changed; an attempt may change ${policy.maxFiles}`)
  }
  const bytes = changes.reduce((sum, change) => sum + (change.bytes ?? 0), 0)
  if (bytes > policy.maxBytes) {
    refusals.push(`the new contents are ${bytes} bytes; an attempt may bring ${policy.maxBytes}`)
  }
  return refusals
}

/** Names that mean something else on some machine, or nothing good anywhere. */
function judgePath(path: string): string[] {
  const parts = path.split('/')
  if (parts.some(part => part === '' || part === '.' || part === '..') || path.includes('\\')) {
    return [`${show(path)} is no plain path inside the repository`]
  }
  if (parts.some(isGitName)) return [`${show(path)} would be part of a git directory`]
  if (path.includes('\uFFFD')) return [`${show(path)} is no UTF-8`]
  if ([...path].some(isControl)) return [`${show(path)} has control or invisible characters in its name`]
  if (path.length > LONGEST_PATH) return [`${show(path)} is longer than ${LONGEST_PATH} characters`]
  return []
}

/** `.git` in every spelling that a file system takes for it: case, HFS+ ignorables, NTFS short names and endings. */
function isGitName(part: string): boolean {
  const plain = [...part.normalize('NFKC')]
    .filter(character => !isControl(character))
    .join('')
    .toLowerCase()
  const stem = trimLast(trimLast(plain, '. ').split(':')[0]!, '. ')
  return stem === '.git' || /^git~[0-9]+$/.test(stem)
}

function isControl(character: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/u.test(character)
}

/** Symlinks and submodules only as they were; executable only what was. */
function judgeModes(changes: readonly Change[]): string[] {
  const programs = new Set(changes.filter(one => one.oldMode === PROGRAM).map(one => one.oldBlob))
  return changes.flatMap(change => {
    switch (change.newMode) {
      case null:
      case FILE:
        return []
      case PROGRAM:
        if (change.oldMode === PROGRAM || programs.has(change.newBlob)) return []
        return [`${show(change.path)} would become executable`]
      case '120000':
        return [`${show(change.path)} would be a symbolic link`]
      case '160000':
        return [`${show(change.path)} would be a submodule`]
      default:
        return [`${show(change.path)} has the unknown mode ${change.newMode}`]
    }
  })
}

/** Two names that one file system takes for the same, where at least one of them is new. */
function judgeCollisions({ changes, paths }: Handover): string[] {
  const added = changes.filter(change => change.oldMode === null && change.newMode !== null)
  if (added.length === 0) return []
  const spellings = new Map<string, Set<string>>()
  for (const path of paths) {
    for (const prefix of prefixes(path)) {
      const key = fold(prefix)
      spellings.set(key, (spellings.get(key) ?? new Set()).add(prefix))
    }
  }
  return added.flatMap(change => {
    const other = prefixes(change.path)
      .flatMap(prefix => [...(spellings.get(fold(prefix)) ?? [])].filter(spelling => spelling !== prefix))
      .at(0)
    return other === undefined
      ? []
      : [`${show(change.path)} and ${show(other)} are one name where case does not count`]
  })
}

function prefixes(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
}

function fold(path: string): string {
  return path.normalize('NFKC').toLowerCase()
}

/** A path as it may be shown: quoted, without what could play tricks on the page. */
function show(path: string): string {
  const plain = [...path]
    .map(character => (isControl(character) || character === '`' ? '?' : character))
    .join('')
  return `\`${plain.length > 120 ? `${plain.slice(0, 119)}…` : plain}\``
}
