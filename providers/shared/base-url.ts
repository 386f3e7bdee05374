import { z } from 'zod';
import { isUsableBaseUrl } from './http.ts';

/** A base URL option: https anywhere, plain http to loopback only, and no user name or password inside. */
export const baseUrl = z
  .string()
  .refine(
    isUsableBaseUrl,
    'Give an https:// address without a user name, password, ? or # in it (http:// for loopback only).',
  );
