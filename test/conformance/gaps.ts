import type { ErrorObject } from 'ajv'

export function isKnownGap(_key: string, _error: ErrorObject, _version: string): boolean {
  return false
}
