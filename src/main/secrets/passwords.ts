// Pass words: checked against Argon2id hashes.
import { verify } from '@node-rs/argon2';
import type { Passwords } from '../core/ports/passwords.ts';

export function createPasswords(): Passwords {
  return {
    async verify(passwordHash, password) {
      try {
        return await verify(passwordHash, password);
      } catch {
        // A hash that is no hash matches nothing.
        return false;
      }
    },
  };
}
