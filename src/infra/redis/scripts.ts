/*
 * The small Lua scripts behind leases, pacing and the ledger. Each does in one round trip what must not be torn apart.
 * All keys of an installation share one hash tag, so the scripts also run on a cluster. Times come from Redis alone: workers'
 * clocks may differ. No script ever sees a secret: names, tokens and JSON of ids only.
 */

const NOW = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

/**
 * KEYS: leases hash, token counter, the claimer's session. ARGV: what session keys begin with, session id, names. Returns the new
 * token; 0 when a name is held by a live session; -1 when the claimer's own session is over. Sessions of other processes are keys
 * with the same hash tag, found through the leases they hold. The counter begins at the time: a Redis that was emptied never gives a
 * token again.
 */
export const ACQUIRE = `
if redis.call('EXISTS', KEYS[3]) == 0 then return -1 end
local names = {}
for i = 3, #ARGV do names[#names + 1] = ARGV[i] end
local held = redis.call('HMGET', KEYS[1], unpack(names))
local gone = {}
for i = 1, #names do
  local session = held[i] and string.match(held[i], ':(.*)$')
  if session and not gone[session] then
    if redis.call('EXISTS', ARGV[1] .. session) == 1 then return 0 end
    gone[session] = true
  end
end
local token = redis.call('INCR', KEYS[2])
if token == 1 then
  local t = redis.call('TIME')
  token = t[1] * 1000000 + t[2]
  redis.call('SET', KEYS[2], string.format('%.0f', token))
end
local fields = {}
for i = 1, #names do
  fields[#fields + 1] = names[i]
  fields[#fields + 1] = string.format('%.0f', token) .. ':' .. ARGV[2]
end
redis.call('HSET', KEYS[1], unpack(fields))
return token
`;

/** KEYS: leases hash. ARGV: token and session, names. Gives the names back that are still held by just this claim. */
export const RELEASE = `
local names = {}
for i = 2, #ARGV do names[#names + 1] = ARGV[i] end
local held = redis.call('HMGET', KEYS[1], unpack(names))
local mine = {}
for i = 1, #names do
  if held[i] == ARGV[1] then mine[#mine + 1] = names[i] end
end
if #mine > 0 then redis.call('HDEL', KEYS[1], unpack(mine)) end
return #mine
`;

/** KEYS: outcomes hash, session. ARGV: field, value, ... Returns 0 and writes nothing when the session is over. */
export const CHECKPOINT = `
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
`;

/** KEYS: key's pace. ARGV: ms between turns, turns wanted. Returns how long to wait for the first of them, in ms. */
export const TAKE_TURNS = `
${NOW}
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local first = math.max(now, free)
local last = first + ARGV[1] * ARGV[2]
redis.call('SET', KEYS[1], last, 'PX', math.ceil(last - now) + 60000)
return math.ceil(first - now)
`;

/** KEYS: key's pace. ARGV: ms. No turn before that much from now. */
export const BACK_OFF = `
${NOW}
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local next = math.max(free, now + ARGV[1])
redis.call('SET', KEYS[1], next, 'PX', math.ceil(next - now) + 60000)
return 1
`;

/**
 * KEYS: active hash, rotation hash, rotations zset, story. ARGV: account/environment, rotation id, opened at (ms), story line,
 * then the record's fields. Returns the id of the rotation that is open now: this one, or the one that was already.
 */
export const OPEN_ROTATION = `
if redis.call('EXISTS', KEYS[2]) == 1 then return ARGV[2] end
local active = redis.call('HGET', KEYS[1], ARGV[1])
if active then return active end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local fields = {}
for i = 5, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', KEYS[2], unpack(fields))
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
redis.call('RPUSH', KEYS[4], ARGV[4])
return ARGV[2]
`;

/**
 * KEYS: rotation hash, session, active hash, story. ARGV: state expected, story line, account/environment, rotation id, '1' to free
 * the slot, '1' to make this the latest promoted rotation, then fields. Returns 1 when done, 0 when the session is over, -1 when the
 * state is another one by now.
 */
export const ADVANCE = `
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
if redis.call('HGET', KEYS[1], 'state') ~= ARGV[1] then return -1 end
local fields = {}
for i = 7, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('RPUSH', KEYS[4], ARGV[2])
if ARGV[5] == '1' and redis.call('HGET', KEYS[3], ARGV[3]) == ARGV[4] then redis.call('HDEL', KEYS[3], ARGV[3]) end
if ARGV[6] == '1' then redis.call('HSET', KEYS[3], 'latest:' .. ARGV[3], ARGV[4]) end
return 1
`;

/**
 * KEYS: sightings hash. ARGV: field, version, `always` or `if-watched`. Notes the version and counts the change; nothing if it is the
 * one that is there, or if there is none and only a watched one counts.
 */
export const SAW_VERSION = `
local before = redis.call('HGET', KEYS[1], ARGV[1])
if not before and ARGV[3] == 'if-watched' then return 0 end
local changes = 0
if before then
  local count, version = string.match(before, '^(%d+):(.*)$')
  if version == ARGV[2] then return 0 end
  changes = (tonumber(count) or 0) + 1
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', changes) .. ':' .. ARGV[2])
return 1
`;
