import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Parsed } from '../core/contract/problem.ts'

/**
 * The app's private key as PEM, from PRIVATE_KEY (PEM, PEM with `\n` written out, or base64 of it) or the file named by
 * PRIVATE_KEY_PATH. It is tried out here, so that a cut or pasted-over key is refused at the start and not at the first call.
 */
export function readKey(env: Env): Parsed<string> {
  const key = findKey('PRIVATE_KEY', env.PRIVATE_KEY, env.PRIVATE_KEY_PATH)
  if (key !== null) return key
  return problem(
    'PRIVATE_KEY',
    'is missing. Generate a private key on the app’s page and put it into PRIVATE_KEY, or its file’s path into PRIVATE_KEY_PATH',
  )
}

/** The key before this one, in the same forms: what it sealed still holds. Null when there is none. */
export function readFormerKey(env: Env): Parsed<string | null> {
  const key = findKey('FORMER_PRIVATE_KEY', env.FORMER_PRIVATE_KEY, env.FORMER_PRIVATE_KEY_PATH)
  return key ?? { ok: true, value: null }
}

type Env = Readonly<Record<string, string | undefined>>

function findKey(name: string, key: string | undefined, path: string | undefined): Parsed<string> | null {
  if (key) return checkKey(name, unfold(key))
  return path ? readKeyFile(`${name}_PATH`, path) : null
}

function readKeyFile(name: string, path: string): Parsed<string> {
  try {
    return checkKey(name, readFileSync(resolve(path), 'utf8'))
  } catch {
    return problem(name, `names a file that cannot be read: ${path}`)
  }
}

function unfold(text: string): string {
  const plain = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8')
  return plain.replaceAll('\\n', '\n')
}

function checkKey(name: string, pem: string): Parsed<string> {
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return { ok: true, value: pem }
    return problem(name, 'holds a key that is not RSA; GitHub Apps sign with the RSA key from their own page')
  } catch {
    return problem(
      name,
      'does not hold a private key in PEM format. Copy the whole .pem file, with its first and last line',
    )
  }
}

function problem(path: string, message: string): Parsed<never> {
  return { ok: false, problems: [{ path, message }] }
}
